/** Ends the process with one line when this Node is older than the project needs. Imported first, for its effect. */
const needed = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(
    `Retinoscope needs Node ${needed.join('.')} or newer; this is Node ${process.versions.node}.`,
  );
  process.exit(1);
}
