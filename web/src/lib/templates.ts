import type { Document, TemplateRow } from './document.ts';
import { centredPlanesOf, planesOf, type Planes } from './stack.ts';

/** The values of a row of templates, one plane a class. */
export function templatePlanes(report: Document, template: TemplateRow): Promise<Planes> {
  const stack = report.stacks[template.stack];
  return template.centred ? centredPlanesOf(stack) : planesOf(stack);
}
