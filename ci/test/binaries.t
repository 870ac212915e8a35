#!/bin/sh
# ci/kube/binaries : what is in the cache is not built, each minor version has
# a folder of its own, and one that has no pins is refused. Nothing is built
# here: the cache holds stand-ins.
# shellcheck disable=SC2317 # functions are called by ok
. "$(dirname "$0")/tap.sh"
export KMSLAB_CACHE="$folder"
unset KUBEBUILDER_ASSETS KMSLAB_KUBE

pinned() { # MODULE
  awk '$1 == "require" && $2 == "k8s.io/kubernetes" { print $3 }' "ci/kube/$1/go.mod"
}
etcd=$(awk '$1 == "go.etcd.io/etcd/server/v3" { print $2 }' ci/kube/etcd/go.mod | head -1)
folder_of() { # MODULE
  echo "$folder/kube-$(pinned "$1")-etcd-$etcd-$(uname -m)"
}
for module in kubernetes kubernetes-1.33 kubernetes-1.34 kubernetes-1.36; do
  mkdir "$(folder_of $module)"
  for program in kube-apiserver etcd etcdctl kubectl; do
    printf '#!/bin/sh\n' >"$(folder_of $module)/$program"
    chmod +x "$(folder_of $module)/$program"
  done
done

prints() { # EXPECTED [MINOR...]
  expected=$1
  shift
  [ "$(ci/kube/binaries "$@")" = "$expected" ]
}
variable_is_read() {
  [ "$(KMSLAB_KUBE=1.33 ci/kube/binaries)" = "$(folder_of kubernetes-1.33)" ]
}
assets_are_not_of_a_minor() {
  [ "$(KUBEBUILDER_ASSETS=/nowhere ci/kube/binaries 1.36)" = "$(folder_of kubernetes-1.36)" ]
}
other_is_refused() {
  ci/kube/binaries 1.20 2>"$folder/words"
  [ $? -eq 2 ] && grep -q 'no Kubernetes 1.20 here; there are 1.35 1.33 1.34 1.36' "$folder/words"
}
is_of() { # MINOR
  case $(pinned "kubernetes-$1") in "v$1."*) ;; *) return 1 ;; esac
}
ok 'a minor version has its folder' prints "$(folder_of kubernetes-1.34)" 1.34
ok 'the default is one of them' prints "$(folder_of kubernetes)" 1.35
ok 'several are printed in their order' prints "$(folder_of kubernetes-1.36)
$(folder_of kubernetes-1.33)" 1.36 1.33
ok 'KMSLAB_KUBE names one, too' variable_is_read
ok 'what others built is not taken for a minor version' assets_are_not_of_a_minor
ok 'a version without pins is refused' other_is_refused
for minor in 1.33 1.34 1.36; do
  ok "the pins of $minor are of $minor" is_of "$minor"
done
done_testing
