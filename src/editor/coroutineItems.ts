/** The Coroutines view's entries as the editor draws them. */
import * as vscode from 'vscode';
import { placeText } from '../model/location.js';
import { coroutineTitle } from '../model/names.js';
import { exchangeText, rowDescription } from '../model/coroutineTexts.js';
import type { CoroutineState } from '../link/protocol.js';
import type { GroupNode, PageNode, RowNode, TreeNode } from './coroutineTree.js';
import type { BreakMoment } from './programClient.js';

const STATE_ICONS: Readonly<Record<CoroutineState, vscode.ThemeIcon>> = {
  running: new vscode.ThemeIcon('debug-start', new vscode.ThemeColor('debugIcon.startForeground')),
  suspended: new vscode.ThemeIcon('debug-pause', new vscode.ThemeColor('debugIcon.pauseForeground')),
  created: new vscode.ThemeIcon('circle-large-outline'),
  closed: new vscode.ThemeIcon('circle-slash', new vscode.ThemeColor('disabledForeground')),
};

/** `breaks` are the moments at which the program breaks for that coroutine. */
export function itemOf(node: TreeNode, breaks: (coroutine: number) => readonly BreakMoment[]): vscode.TreeItem {
  switch (node.type) {
    case 'group':
      return groupItem(node);
    case 'row':
      return rowItem(node, breaks(node.row.id));
    case 'page':
      return pageItem(node);
    case 'note': {
      const item = new vscode.TreeItem(node.text);
      item.id = node.id;
      return item;
    }
  }
}

function groupItem({ id, group, by }: GroupNode): vscode.TreeItem {
  const item = new vscode.TreeItem(group.name, vscode.TreeItemCollapsibleState.Collapsed);
  const place = group.location === undefined ? [] : [placeText(group.location)];
  item.id = id;
  item.description = [String(group.count), ...place].join(' · ');
  item.iconPath = new vscode.ThemeIcon(by === 'stack' ? 'layers' : by === 'location' ? 'location' : 'symbol-class');
  item.contextValue = group.location === undefined ? 'group' : 'group place';
  const frames = group.frames?.map(({ name, location }) => `${name} · ${placeText(location)}`) ?? [];
  const deeper = (group.depth ?? 0) - frames.length;
  if (deeper > 0) frames.push(`… and ${deeper} more`);
  item.tooltip = [`${group.count} × ${group.name}`, ...frames].join('\n');
  item.accessibilityInformation = { label: `${group.name}, ${group.count} coroutines` };
  return item;
}

function rowItem({ id, row, pinned, delegate }: RowNode, breaks: readonly BreakMoment[]): vscode.TreeItem {
  const opens = row.delegates > 0 && !delegate;
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(coroutineTitle(row), opens ? Collapsed : None);
  const moments = breaks.map((each) => `breaks when it ${each}s`);
  item.id = id;
  item.description = [rowDescription(row), ...moments].join(' · ');
  item.iconPath = pinned ? new vscode.ThemeIcon('pinned') : STATE_ICONS[row.state];
  item.contextValue = `coroutine ${pinned ? 'pinned' : 'unpinned'}`;
  item.tooltip = [
    `${coroutineTitle(row)} (${row.kind}, number ${row.id})`,
    row.state,
    ...(row.location === undefined ? [] : [row.location.path ?? row.location.name]),
    ...(row.last === undefined ? ['nothing of it was recorded'] : [`last: ${exchangeText(row.last)}`]),
    ...(row.delegates === 0 ? [] : [`delegates to ${row.delegates} more, one below the other`]),
    ...moments,
  ].join('\n');
  item.accessibilityInformation = { label: `${coroutineTitle(row)}, ${row.state}, ${item.description}` };
  item.command = {
    command: 'coroscope.coroutine.show',
    title: 'Show the Suspension Point',
    arguments: [{ type: 'row', row }],
  };
  return item;
}

function pageItem({ id, start, count }: PageNode): vscode.TreeItem {
  const number = (value: number): string => value.toLocaleString('en');
  const item = new vscode.TreeItem(
    `${number(start + 1)} – ${number(start + count)}`,
    vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = id;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.accessibilityInformation = { label: `Numbers ${start + 1} to ${start + count}` };
  return item;
}
