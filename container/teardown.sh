#!/usr/bin/env bash
# Deletes the stack, and what container/README.md made beside it: container/teardown.sh STACK BUCKET
# The bucket and the results in it stay.
set -euo pipefail

if [ $# -ne 2 ]; then
  echo 'teardown: expected STACK BUCKET; container/README.md has an example' >&2
  exit 2
fi
stack=$1 bucket=$2

aws cloudformation delete-stack --stack-name "$stack"
aws cloudformation wait stack-delete-complete --stack-name "$stack"
aws s3 rm --recursive "s3://$bucket/replay-batch-deploy/"
aws ecr delete-repository --repository-name "$stack" --force
if aws secretsmanager describe-secret --secret-id "$stack" > /dev/null 2>&1; then
  aws secretsmanager delete-secret --secret-id "$stack" --force-delete-without-recovery
fi
