// Names by which a server is called, as people write or paste them.

const NAME = /^(\*?\.)?[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*$/u;

export interface Names {
  names: string[];
  /** What is no name of a machine, as it was written. */
  wrong: string[];
}

/** The names in a list separated by commas or blanks; of an address that was pasted, its name. */
export function hostNames(text: string): Names {
  const found: Names = { names: [], wrong: [] };
  for (const written of text.split(/[\s,;]+/).filter(Boolean)) {
    const name = written.replace(/^[a-z]+:\/\//i, "").replace(/[/?#].*$/, "").replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();
    if (!NAME.test(name)) found.wrong.push(written);
    else if (!found.names.includes(name)) found.names.push(name);
  }
  return found;
}
