// Pictures are scaled by the server to the size they are shown at; every density gets its own address.
import { mediaUrl } from "./client";

export function picture(source: string, width: number, height: number): string {
  return mediaUrl("/photo/:/transcode", {
    url: source,
    width: Math.round(width),
    height: Math.round(height),
    minSize: 1,
    upscale: 1,
  });
}

/** A few fixed widths, so that neighbouring screen sizes share cached pictures. */
const WIDTHS = [160, 240, 320, 480, 640, 960];

export function sources(source: string, aspect: number, largest = 640): { src: string; srcset: string } {
  const widths = WIDTHS.filter((width) => width <= largest);
  const address = (width: number) => picture(source, width, width / aspect);
  return {
    src: address(widths[Math.min(2, widths.length - 1)] ?? 320),
    srcset: widths.map((width) => `${address(width)} ${width}w`).join(", "),
  };
}

/** Fits inside the box instead of filling it: photographs on the whole screen. */
export function fitted(source: string, width: number, height: number): string {
  return mediaUrl("/photo/:/transcode", { url: source, width: Math.round(width), height: Math.round(height), minSize: 0, upscale: 0 });
}
