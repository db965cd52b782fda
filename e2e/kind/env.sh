# shellcheck shell=bash
# Settings of the test cluster: sourced by the scripts here, and by a bash that wants to use the
# cluster (. e2e/kind/env.sh).

# shellcheck disable=SC2034 # for scripts/common.sh
kind_source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kind_cache=${DISPERSIVE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dispersive/kind}

# A kubeconfig of its own: the user's may lead to clusters that tests must not reach.
export KUBECONFIG=$kind_cache/kubeconfig
case :$PATH: in
*:"$kind_cache/bin":*) ;;
*) export PATH=$kind_cache/bin:$PATH ;;
esac
export KIND_EXPERIMENTAL_PROVIDER=podman
if [ "${KIND_STOCK:-0}" != 1 ]; then
    export CONTAINERS_CONF=$kind_cache/containers.conf
elif docker info >/dev/null 2>&1; then
    KIND_EXPERIMENTAL_PROVIDER=docker
fi
