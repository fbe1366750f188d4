# Sourced by setup.sh: installs what scripts/packages/system.txt lists, with the
# package manager of this system.
# shellcheck shell=bash

# Prints the package manager of this system, if system.txt has its names:
# apt-get (Debian, Ubuntu and what is like them), dnf (Fedora) or apk (Alpine).
package_manager() (
  ID='' ID_LIKE=''
  # shellcheck disable=SC1090
  . "${BUSYHOUR_OS_RELEASE:-/etc/os-release}" 2>/dev/null || true
  case " $ID $ID_LIKE " in
    " fedora "*) manager=dnf ;;
    " alpine "*) manager=apk ;;
    *" debian "* | *" ubuntu "*) manager=apt-get ;;
    *) return ;;
  esac
  if command -v "$manager" >/dev/null; then
    echo "$manager"
  fi
)
manager=$(package_manager)

# rows KIND LIST ...: prints what to look for, and the name on this system, of
# the packages of a kind, `needed` or `optional`, in lists such as `run`. On other
# systems the name is that of Debian.
rows() {
  local kind=$1 column=4
  shift
  case $manager in
    dnf) column=5 ;;
    apk) column=6 ;;
  esac
  awk -v kind="$kind" -v column="$column" -v lists=" $* " \
    '$2 == kind && index(lists, " " $1 " ") && $column != "-" {
      print $3, $column }' "$root/scripts/packages/system.txt"
}

# is_installed PACKAGE
is_installed() {
  case $manager in
    apt-get)
      dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null |
        grep -qx installed
      ;;
    dnf) rpm -q --quiet --whatprovides "$1" 2>/dev/null ;;
    apk) apk info -q -e "$1" 2>/dev/null ;;
  esac
}

# can_install PACKAGE ...: whether all can be had, and without conflicts. For
# example, Debian's npm conflicts with a nodejs from another source.
can_install() {
  local package
  case $manager in
    apt-get) apt-get install -s -qq --no-install-recommends "$@" ;;
    dnf)
      for package; do
        [ -n "$(dnf -q repoquery --whatprovides "$package")" ] || return
      done
      ;;
    apk) apk add -q --simulate "$@" ;;
  esac >/dev/null 2>&1 </dev/null
}

# missing KIND LIST ...: prints the packages that are not installed, with their
# alternatives.
missing() {
  local alternatives package
  rows "$@" | while read -r _ alternatives; do
    for package in ${alternatives//|/ }; do
      ! is_installed "$package" || continue 2
    done
    printf '%s\n' "$alternatives"
  done | sort -u
}

# Reads packages with alternatives, and prints the first of each that can be
# installed. A package manager takes a second for each question, so it is asked
# for half of the packages, and so on, only if it cannot install all of them.
available() {
  local rows package half
  mapfile -t rows < <(grep .)
  half=$((${#rows[@]} / 2))
  if [ ${#rows[@]} -eq 0 ]; then
    return
  elif can_install "${rows[@]%%|*}"; then
    printf '%s\n' "${rows[@]%%|*}"
  elif [ $half -gt 0 ]; then
    printf '%s\n' "${rows[@]:0:half}" | available
    printf '%s\n' "${rows[@]:half}" | available
  elif [[ ${rows[0]} == *'|'* ]]; then
    available <<<"${rows[0]#*|}"
  fi
}

# Reads packages with alternatives, and prints one of each, also if it cannot be
# installed.
one_of_each() {
  local alternatives found
  while read -r alternatives; do
    found=''
    [[ $alternatives != *'|'* ]] || found=$(available <<<"$alternatives")
    printf '%s\n' "${found:-${alternatives%%|*}}"
  done
}

# Prints the command prefix that may install packages; fails if there is none.
privilege() {
  if [ "$(id -u)" -eq 0 ]; then
    return 0
  fi
  sudo -n true 2>/dev/null && printf 'sudo -n'
}

# refresh, add PACKAGE ...: run the package manager, with $prefix.
refresh() {
  case $manager in
    apt-get) $prefix apt-get update -qq ;;
    apk) $prefix apk update -q ;;
  esac
}
add() {
  case $manager in
    apt-get) $prefix apt-get install -y -qq --no-install-recommends "$@" ;;
    dnf) $prefix dnf install -y -q --setopt=install_weak_deps=False "$@" ;;
    apk) $prefix apk add -q "$@" ;;
  esac
}

# print_missing NEEDED OPTIONAL: two lists of lines, under headings.
print_missing() {
  [ -z "$1" ] || printf 'needed:\n%s\n' "$(sed 's/^/  /' <<<"$1")"
  [ -z "$2" ] || printf 'optional:\n%s\n' "$(sed 's/^/  /' <<<"$2")"
}

# is_there WHAT INCLUDE_DIRECTORIES: looks for what system.txt describes.
is_there() {
  local directory
  case $1 in
    '<'*)
      for directory in $2; do
        [ ! -e "$directory/$(tr -d '<>' <<<"$1")" ] || return 0
      done
      return 1
      ;;
    /*) [ -e "$1" ] ;;
    python:*) /usr/bin/python3 -c "import ${1#python:}" 2>/dev/null ;;
    *.so.*) ldconfig -p 2>/dev/null | grep "^[[:space:]]*$1 " >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# absent KIND LIST ...: prints what is not there on a system with another
# package manager, with the names of Debian.
absent() {
  local what package directories
  directories="$({ c++ -E -v -x c++ /dev/null 2>&1 || true; } |
    sed -n '/^#include </,/^End/s/^ //p') /usr/local/include /usr/include"
  rows "$@" | while read -r what package; do
    is_there "$what" "$directories" ||
      printf '%s (Debian: %s)\n' "$what" "${package%%|*}"
  done
}

# check_packages LIST ...: install_packages on a system with another package
# manager, where it installs nothing.
check_packages() {
  local needed optional
  needed=$(absent needed "$@")
  optional=$(absent optional "$@")
  [ -n "$needed$optional" ] || return 0
  {
    printf 'This system is not Debian, Ubuntu, Fedora or Alpine. What is missing here:\n'
    print_missing "$needed" "$optional"
    [ -z "$needed" ] ||
      printf 'Please install what is needed, then run the same command again.\n'
  } >&2
  [ -z "$needed" ]
}

# install_packages LIST ...: installs the missing packages of these lists. Skips
# optional packages that are not available.
install_packages() {
  # shellcheck disable=SC2034
  case " $* " in *" test "*) tests=ON ;; *) tests=OFF ;; esac
  local needed optional prefix
  if [ -z "$manager" ]; then
    check_packages "$@"
    return
  fi
  needed=$(missing needed "$@")
  # Do not try again to install packages that were not available before.
  local tried=$root/build/optional-packages
  mkdir -p "$root/build"
  touch "$tried"
  optional=$(missing optional "$@" | grep -vxFf "$tried" || true)
  [ -n "$needed$optional" ] || return 0
  if ! prefix=$(privilege); then
    local -A words=([apt-get]='apt-get install' [dnf]='dnf install' [apk]='apk add')
    {
      printf 'These packages are missing, and only root may install them.\n'
      needed=$(sed 's/|.*//' <<<"$needed")
      optional=$(sed 's/|.*//' <<<"$optional")
      print_missing "$needed" "$optional"
      # shellcheck disable=SC2086,SC2116
      printf 'Please run: sudo %s %s\n' "${words[$manager]}" \
        "$(echo $needed $optional)"
    } >&2
    [ -z "$needed" ]
    return
  fi
  export DEBIAN_FRONTEND=noninteractive
  refresh >&2
  local packages
  packages=$({ grep . <<<"$needed" | one_of_each
    available <<<"$optional"; } | sort -u)
  if [ -n "$packages" ]; then
    # shellcheck disable=SC2086,SC2116
    printf 'Installing %s\n' "$(echo $packages)" >&2
    # shellcheck disable=SC2086
    add $packages >&2
  fi
  missing optional "$@" | sort -u - "$tried" -o "$tried"
}
