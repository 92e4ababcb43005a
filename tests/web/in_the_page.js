// Runs in every page of the tests before its own scripts: what passes is kept here, for a test that looks when it is over.
(() => {
  const notes = [];
  const test = { notes, holdAfterS: undefined, holds: 0 };
  window.vitascopeTest = test;

  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        if (node instanceof Element) notes.push(...(node.matches(".toast") ? [node] : node.querySelectorAll(".toast")));
  }).observe(document, { childList: true, subtree: true });

  // What is short pauses by itself after `holdAfterS` seconds of every file and every seek, or it would be over.
  const watch = (media) => {
    let from;
    for (const name of ["emptied", "loadedmetadata", "seeking"]) media.addEventListener(name, () => (from = undefined));
    media.addEventListener("timeupdate", () => {
      if (test.holdAfterS === undefined || media.paused || media.seeking) return;
      from ??= media.currentTime;
      if (media.currentTime < from + test.holdAfterS) return;
      from = Infinity;
      media.pause();
      test.holds += 1;
    });
  };
  const { play } = HTMLMediaElement.prototype;
  const watched = new WeakSet();
  HTMLMediaElement.prototype.play = function () {
    if (!watched.has(this)) watch(this);
    watched.add(this);
    return play.call(this);
  };
})();
