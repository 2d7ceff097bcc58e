// Unpacks the browser of @sparticuz/chromium, with the libraries that it needs, into the folder of TMPDIR. The package
// unpacks its libraries only on the runtime that it was made for. Must be a process of its own: the package reads the
// environment when it is loaded.
process.env.AWS_EXECUTION_ENV = `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`;

const { default: chromium } = await import('@sparticuz/chromium');
await chromium.executablePath();
