/** A node of a plan as `explain (analyze, format json)` prints it. */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Join Filter'?: number;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

export function rowsUpdated(plan: PlanNode): number {
  return nodesOf(plan).find((node) => node['Node Type'] === 'ModifyTable')!['Actual Rows'];
}

/** The indexes of all scans that were run, and the rows they read for nothing: a bitmap over the primary key is as good as its index scan. */
export function scansOf(plan: PlanNode) {
  const nodes = nodesOf(plan).filter((node) => node['Actual Loops'] > 0);
  return {
    indexes: [...new Set(nodes.flatMap((node) => node['Index Name'] ?? []))],
    fullScans: nodes.filter((node) => node['Node Type'] === 'Seq Scan').length,
    wasted: nodes.reduce(
      (sum, node) => sum + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0),
      0,
    ),
  };
}

/** How the jobs table is read: by which kind of node, over which index. */
export function readsOf(plan: PlanNode): string[] {
  const reads = nodesOf(plan).filter((node) => node['Relation Name'] === 'jobs' && node['Node Type'] !== 'ModifyTable');
  return reads.map((node) => `${node['Node Type']} ${node['Index Name'] ?? ''}`.trim()).sort();
}
