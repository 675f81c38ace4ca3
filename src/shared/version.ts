import manifest from '../../package.json' with { type: 'json' };

/** The version of this package. */
export const PACKAGE_VERSION = manifest.version;

/** The oldest version of Node that runs it, such as 22.12. */
export const NEEDED_NODE = manifest.engines.node.replace('>=', '');
