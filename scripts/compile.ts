import { execFileSync } from 'node:child_process';

const jobs = [['counterfactual'], ['concordance'], ['single', '--artifact-key', 'none'], ['report']];

// A shell-run imports all that its job needs, and leaves it compiled for this version of Node.
for (const job of jobs) {
  execFileSync(process.execPath, ['dist/main.js', ...job], {
    env: {
      S3_BUCKET: 'none',
      AWS_REGION: 'us-east-1',
      DRY_RUN_LLM: '1',
      NODE_COMPILE_CACHE: `dist/.cache/${process.version}`,
    },
  });
}
