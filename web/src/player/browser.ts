// The browser's own answer to "can you play this?", remembered.
const probe = document.createElement("video");
const answers = new Map<string, string>();

export function canPlay(type: string): string {
  let answer = answers.get(type);
  if (answer === undefined) {
    answer = probe.canPlayType(type);
    answers.set(type, answer);
  }
  return answer;
}
