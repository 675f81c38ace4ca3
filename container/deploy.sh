#!/usr/bin/env bash
# Makes or updates the stack from container/template.yaml: container/deploy.sh STACK BUCKET [NAME=VALUE …]
# The names are parameters of the template; one that is not given keeps its value. BUCKET also takes the packaged
# state machine, under replay-batch-deploy/.
set -euo pipefail
cd "$(dirname "$0")"

if [ $# -lt 2 ]; then
  echo 'deploy: expected STACK BUCKET [NAME=VALUE …]; container/README.md has an example' >&2
  exit 2
fi
stack=$1 bucket=$2
shift 2

packaged=$(mktemp)
trap 'rm -f "$packaged"' EXIT
aws cloudformation package --template-file template.yaml --s3-bucket "$bucket" --s3-prefix replay-batch-deploy \
  --output-template-file "$packaged" >&2
aws cloudformation deploy --stack-name "$stack" --template-file "$packaged" --capabilities CAPABILITY_IAM \
  --no-fail-on-empty-changeset --tags application=replay-batch --parameter-overrides "Bucket=$bucket" "$@"
aws cloudformation describe-stacks --stack-name "$stack" --query 'Stacks[0].Outputs[].[OutputKey,OutputValue]' --output text
