// Preloaded into the program and its threads: a socket, a DNS look-up or a file ends it. Only the synchronous reads are
// left, by which Node loads the code.
import dns from 'node:dns';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const refuse = (what) => () => {
  process.stderr.write(`expected no I/O, found ${what}\n${new Error().stack}\n`);
  process.exit(99);
};
net.Socket.prototype.connect = refuse('a socket');
dns.lookup = refuse('a DNS look-up');
for (const name of ['writeFile', 'writeFileSync', 'createWriteStream', 'mkdir', 'mkdirSync', 'rename']) {
  fs[name] = refuse(`fs.${name}`);
}
for (const name of ['writeFile', 'mkdir', 'rename', 'readdir', 'readFile', 'open', 'stat']) {
  fs.promises[name] = refuse(`fs.promises.${name}`);
}
syncBuiltinESMExports();
