import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

/**
 * Compiles source texts as if they were files of the repository, with its own compiler options, and returns the errors.
 * `files` has a text for each path. Nothing is written.
 */
export function typeCheck(files: ReadonlyMap<string, string>): string[] {
  const options = compilerOptions();
  const texts = new Map([...files].map(([path, text]) => [resolve(path), text]));
  const host = virtualHost(options, texts);
  const program = ts.createProgram([...texts.keys()], options, host);
  const diagnostics = [...texts.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  return diagnostics.map(describe);
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as { config: object };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, process.cwd());
  return { ...options, noUnusedLocals: false, noUnusedParameters: false };
}

function virtualHost(options: ts.CompilerOptions, texts: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const directories = new Set([...texts.keys()].flatMap(parents));
  return {
    ...host,
    fileExists: (path) => texts.has(path) || host.fileExists(path),
    readFile: (path) => texts.get(path) ?? host.readFile(path),
    directoryExists: (path) => directories.has(path) || (host.directoryExists?.(path) ?? true),
    getSourceFile: (path, language, ...rest) => {
      const text = texts.get(path);
      return text === undefined
        ? host.getSourceFile(path, language, ...rest)
        : ts.createSourceFile(path, text, language, true);
    },
  };
}

function parents(path: string): string[] {
  const directory = dirname(path);
  return directory === path ? [] : [directory, ...parents(directory)];
}

function describe({ file, start = 0, messageText }: ts.Diagnostic): string {
  const message = ts.flattenDiagnosticMessageText(messageText, '\n');
  if (!file) return message;
  const { line } = file.getLineAndCharacterOfPosition(start);
  return `${join('.', file.fileName)}:${line + 1} ${message}\n    ${file.text.split('\n')[line]}`;
}
