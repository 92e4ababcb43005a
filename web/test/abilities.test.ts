import { describe, expect, it } from "vitest";
import { profileExtra } from "../src/lib/abilities";

function extra(plays: RegExp, streams: RegExp, showsHdr = false): string[] {
  return profileExtra({ canPlay: (type) => (plays.test(type) ? "probably" : ""), canStream: (type) => streams.test(type), showsHdr }).split("+");
}

/** What Chromium on Linux answers, as measured. */
const CHROMIUM = /^(video\/(mp4|webm|x-matroska)|audio\/(mp4|webm|ogg|mpeg|flac|aac|wav))(; codecs="(avc1.(?!7a)|av01|vp09|vp8|mp4a|mp3|opus|vorbis|flac|1").*)?$/;
const CHROMIUM_STREAMS = /"(avc1|av01|vp09|mp4a.40|opus|flac)/;

describe("profileExtra", () => {
  it("names for each container what plays in it", () => {
    const found = extra(CHROMIUM, CHROMIUM_STREAMS);
    const mkv = found.find((one) => one.includes("container=mkv&video"));
    expect(mkv).toContain("videoCodec=h264,av1,vp9,vp8&audioCodec=aac,opus,flac,mp3,vorbis,pcm");
    expect(found.some((one) => /mpegts|avi/.test(one))).toBe(false);
    expect(found.find((one) => one.includes("musicProfile&container=mp3"))).toContain("audioCodec=mp3)");
  });

  it("asks for streams of what Media Source Extensions take, H.264 and AAC first", () => {
    const target = extra(CHROMIUM, CHROMIUM_STREAMS).find((one) => one.startsWith("add-transcode-target(type=video"));
    expect(target).toContain("protocol=hls&container=mp4&videoCodec=h264,av1,vp9&audioCodec=aac,opus&subtitleCodec=vtt");
    expect(extra(CHROMIUM, /nothing/).some((one) => one.startsWith("add-transcode-target"))).toBe(false);
  });

  it("says what it does not decode of a codec", () => {
    const found = extra(/^video\/mp4(; codecs="avc1.64.*)?$/, CHROMIUM_STREAMS);
    expect(found).toContain("add-limitation(scope=videoCodec&scopeName=h264&type=upperBound&name=video.bitDepth&value=8)");
    expect(found).toContain("add-limitation(scope=videoCodec&scopeName=h264&type=notMatch&name=video.profile&regex=4:[24])");
    expect(extra(CHROMIUM, CHROMIUM_STREAMS).some((one) => one.includes("scopeName=h264&type=upperBound"))).toBe(false);
  });

  it("says which dynamic range it shows", () => {
    expect(extra(CHROMIUM, CHROMIUM_STREAMS)[0]).toBe("add-settings(DirectPlayStreamSelection=false&HDR=none&DolbyVision=none)");
    expect(extra(/./, /./, true)[0]).toBe("add-settings(DirectPlayStreamSelection=false&HDR=any&DolbyVision=5,8)");
  });
});
