// Narrows the list of operations down to those that have every word of the search field.
const find = document.getElementById("find");
const none = document.getElementById("none");
const sections = [...document.querySelectorAll("main section")].map((section) => ({
  section,
  operations: [...section.querySelectorAll("details")].map((details) => ({
    details,
    text: details.querySelector("summary").textContent.toLowerCase(),
  })),
}));

function narrow() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let any = false;
  for (const { section, operations } of sections) {
    let shown = false;
    for (const { details, text } of operations) {
      const fits = words.every((word) => text.includes(word));
      details.hidden = !fits;
      shown ||= fits;
    }
    section.hidden = !shown;
    any ||= shown;
  }
  none.hidden = any;
}

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
}

find.addEventListener("input", narrow);
addEventListener("hashchange", reveal);
narrow();
reveal();
