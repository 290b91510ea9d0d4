#!/bin/sh
# Makes ../shop-api.jar of src, which the tests read where there is no javac. Needs a JDK of 17 or newer.
set -e
cd "$(dirname "$0")"
classes=$(mktemp -d)
other=$(mktemp -d)
javac --release 17 -nowarn -d "$other" other/org/other/*.java
javac --release 17 -nowarn -parameters -classpath "$other" -d "$classes" src/com/example/*/*.java
jar --create --file ../shop-api.jar --no-manifest --date 2000-01-01T00:00:00Z -C "$classes" com
rm -r "$classes" "$other"
