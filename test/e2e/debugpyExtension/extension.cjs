// Runs inside the editor: all that Microsoft's extension does for a launch that Coroscope's views depend on.
const vscode = require('vscode');

/** @param {import('vscode').ExtensionContext} context */
exports.activate = ({ subscriptions }) => {
  subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory('debugpy', {
      createDebugAdapterDescriptor: ({ configuration }) =>
        new vscode.DebugAdapterExecutable(String(configuration['python']), ['-m', 'debugpy.adapter']),
    }),
  );
};
