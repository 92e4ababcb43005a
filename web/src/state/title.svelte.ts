// What the window is called: by the page that is shown, else by the server. A page that goes takes its name with it, so that
// the next one is not listed under it in the browser's history.
class Title {
  page = $state("");
}

export const title = new Title();

/** Names the window as long as the calling component is shown; `name` is read anew when what it depends on changes. */
export function titled(name: () => string | undefined): void {
  $effect(() => {
    const given = name() ?? "";
    title.page = given;
    return () => {
      if (title.page === given) title.page = "";
    };
  });
}
