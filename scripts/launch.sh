# shellcheck shell=bash
# How the programs of a distribution are called; sourced.

# shellcheck disable=SC2034
CLI_MAIN=storage.dispersive.cli.Dispersive

# The jars of directory $1 in an order that never changes: an AOT cache belongs to it.
class_path() {
    local jars=("$1"/*.jar)
    local IFS=:
    printf '%s\n' "${jars[*]}"
}
