import { syncBuiltinESMExports } from 'node:module';
import zlib from 'node:zlib';

/**
 * Import this before anything that compresses. Node compresses on threads of its own, whose answers come in real time
 * and in any order; in a world where a seed decides everything they must come at once. What is written is stored without
 * effort: whether it compresses well is no matter here.
 */
type Done = (error: Error | null, result: Buffer) => void;

const CHEAP = { level: 0, memLevel: 1, windowBits: 9 };
const soon = (compute: () => Buffer, done: Done): void =>
  void Promise.resolve()
    .then(compute)
    .then(
      (result) => done(null, result),
      (error: Error) => done(error, Buffer.alloc(0)),
    );

Object.assign(zlib, {
  gzip: (content: Uint8Array, ...given: [Done] | [zlib.ZlibOptions, Done]) =>
    soon(() => zlib.gzipSync(content, CHEAP), given[given.length - 1] as Done),
  gunzip: (body: Uint8Array, ...[options, done]: [Done] | [zlib.ZlibOptions, Done]) =>
    typeof options === 'function'
      ? soon(() => zlib.gunzipSync(body), options)
      : soon(() => zlib.gunzipSync(body, options), done as Done),
});
syncBuiltinESMExports();
