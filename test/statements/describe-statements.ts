import ts from 'typescript';

/** What the source of a statement says beside its text. */
export interface Description {
  /** The first sentence of its comment, if it has one. */
  purpose: string | undefined;
  /** The names of its parameters, in order. */
  parameters: readonly string[];
}

/** Describes the exported statements of the given source files, by file and by export. */
export function describeStatements(files: readonly string[]): Map<string, Map<string, Description>> {
  // Names and comments need no library's types, which take most of the time.
  const program = ts.createProgram(files, { module: ts.ModuleKind.NodeNext, noLib: true, types: [] });
  const checker = program.getTypeChecker();
  return new Map(files.map((file) => [file, describeExports(checker, program.getSourceFile(file)!)]));
}

function describeExports(checker: ts.TypeChecker, source: ts.SourceFile): Map<string, Description> {
  const found = new Map<string, Description>();
  for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(source)!)) {
    if (!(symbol.flags & ts.SymbolFlags.Variable)) continue;
    const type = checker.getTypeOfSymbol(symbol);
    if (type.getSymbol()?.name !== 'Statement') continue;
    const [parameters] = checker.getTypeArguments(type as ts.TypeReference);
    const comment = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    found.set(symbol.name, { purpose: firstSentence(comment), parameters: elementNames(parameters!) });
  }
  return found;
}

function elementNames(tuple: ts.Type): string[] {
  const { labeledElementDeclarations = [] } = (tuple as ts.TupleTypeReference).target;
  return labeledElementDeclarations.map((label) => label!.name.getText());
}

function firstSentence(comment: string): string | undefined {
  return /^.+?\.(?=\s|$)/s.exec(comment)?.[0].replaceAll(/\s+/g, ' ');
}
