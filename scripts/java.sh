# shellcheck shell=bash
# Finds a JDK that can build and run this; sourced. Sets and exports JAVA_HOME, or says what to do.

JAVA_NEEDED=25

# Prints the feature version of the JDK in directory $1; fails when there is none.
jdk_version() {
    local home=$1 version
    [ -x "$home/bin/java" ] && [ -x "$home/bin/javac" ] || return 1
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null)
    if [ -z "$version" ]; then
        version=$("$home/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
    fi
    [ -n "$version" ] && printf '%s\n' "$version"
}

find_java() {
    local home version on_path too_old=''
    on_path=$(command -v java || true)
    if [ -n "$on_path" ]; then
        on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
    fi
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/* "${HOME:-}"/.sdkman/candidates/java/* \
        "$on_path"; do
        if [ -z "$home" ] || ! version=$(jdk_version "$home"); then
            continue
        fi
        if [ "$version" -ge "$JAVA_NEEDED" ]; then
            export JAVA_HOME=$home
            return 0
        fi
        too_old="$too_old $home (version $version)"
    done
    {
        echo "dispersive: this needs a JDK $JAVA_NEEDED or newer, and none was found."
        [ -z "$too_old" ] || echo "  Too old:$too_old"
        echo "  Looked at JAVA_HOME, /usr/lib/jvm, /opt, ~/.sdkman and the java on PATH."
        echo "  Get one: apt install openjdk-$JAVA_NEEDED-jdk, or Eclipse Temurin from" \
            "https://adoptium.net; then try again, with JAVA_HOME set if it is elsewhere."
    } >&2
    return 1
}
