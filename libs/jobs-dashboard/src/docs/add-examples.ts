import type { OpenAPIObject } from '@nestjs/swagger';
import type { RequestExamples } from './request-examples.js';

interface Operation {
  operationId?: string;
  parameters?: { name: string; example?: unknown }[];
  requestBody?: { content: Record<string, { example?: unknown }> };
}

/** Adds the examples that Swagger's page fills in when a route is tried. */
export function addExamples(document: OpenAPIObject, examples: RequestExamples): OpenAPIObject {
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item) as Operation[]);
  for (const operation of operations) addExample(operation, examples[operation.operationId ?? ''] ?? {});
  return document;
}

function addExample(operation: Operation, { body, parameters = {} }: RequestExamples[string]): void {
  const json = operation.requestBody?.content['application/json'];
  if (json && body !== undefined) json.example = body;
  for (const parameter of operation.parameters ?? [])
    if (parameter.name in parameters) parameter.example = parameters[parameter.name];
}
