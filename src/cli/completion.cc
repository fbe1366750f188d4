// busyhour completion: prints the script that completes command lines in a
// shell. The scripts ask the program itself for the candidates, see
// cli/candidates.h.

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/options.h"

namespace busyhour::internal {
namespace {

constexpr std::string_view kBash = R"sh(# Completions of busyhour for bash:
#   eval "$(busyhour completion bash)"
_busyhour() {
  local line=${COMP_LINE:0:COMP_POINT} reply letter quote= word= begun= kept=
  local -a words
  local -i at
  for ((at = 0; at < ${#line}; ++at)); do
    letter=${line:at:1}
    if [[ -n $quote ]]; then
      [[ $letter == "$quote" ]] && quote= || word+=$letter
    elif [[ $letter == \\ ]]; then
      ((++at))
      word+=${line:at:1}
    elif [[ $letter == [\'\"] ]]; then
      quote=$letter begun=1 kept=$word
    elif [[ $letter == [[:space:]] ]]; then
      [[ -n $word$begun ]] && words+=("$word")
      word= begun=
    else
      word+=$letter
    fi
  done
  words+=("$word")
  # The shell replaces only what follows the open quote, or the last = or : of
  # the word.
  [[ -n $quote ]] || kept=${word%"${word##*[=:]}"}
  COMPREPLY=()
  while IFS= read -r reply; do
    if [[ $reply == :files ]]; then
      compopt -o default
      continue
    fi
    reply=${reply%%$'\t'*}
    [[ $reply == *[=/:.] ]] && compopt -o nospace
    reply=${reply#"$kept"}
    # Words with spaces and signs of the shell, outside of quotes.
    [[ -z $quote && $reply == *[^[:alnum:]_.,/:=+%@-]* ]] &&
      printf -v reply %q "$reply"
    COMPREPLY+=("$reply")
  done < <("${words[0]/#\~/$HOME}" --complete "${words[@]:1}" 2>/dev/null)
}
complete -F _busyhour busyhour
)sh";

constexpr std::string_view kZsh = R"sh(#compdef busyhour
# Completions of busyhour for zsh:
#   source <(busyhour completion zsh)
_busyhour() {
  local line word files=0
  local -a typed lines whole begun
  # An open quote is not removed by Q.
  typed=("${(@Q)words[2,CURRENT]}")
  typed[-1]=${typed[-1]#[\'\"]}
  lines=("${(@f)$(${~words[1]} --complete "$typed[@]" 2>/dev/null)}")
  for line in $lines; do
    if [[ $line == :files ]]; then
      files=1
      continue
    fi
    word=${${line%%$'\t'*}//:/\\:}
    [[ $line == *$'\t'* ]] && line=$word:${line#*$'\t'} || line=$word
    [[ $word == *[=/:.] ]] && begun+=("$line") || whole+=("$line")
  done
  (( $#whole )) && _describe busyhour whole
  (( $#begun )) && _describe busyhour begun -S ''
  (( files )) && _files
}
if [[ $funcstack[1] == _busyhour ]]; then
  # The file is in fpath, and loaded by the first completion.
  _busyhour "$@"
else
  compdef _busyhour busyhour
fi
)sh";

constexpr std::string_view kFish = R"sh(# Completions of busyhour for fish:
#   busyhour completion fish | source
function __busyhour_complete
    set -l words (commandline -opc)
    # Without an open quote.
    set -l word (commandline -ct | string replace -r '^["\']' '')
    set -l program $words[1]
    set -e words[1]
    for line in ($program --complete $words "$word" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$word"
        else
            echo $line
        end
    end
end
complete -c busyhour -f -a '(__busyhour_complete)'
)sh";

struct ShellScript {
  std::string_view name;
  std::string_view script;
};
constexpr ShellScript kShells[] = {
    {"bash", kBash}, {"zsh", kZsh}, {"fish", kFish}};

}  // namespace

int RunCompletion(int argc, const char* const* argv) {
  OptionReader options(
      {"completion", "bash|zsh|fish",
       "Prints a script that completes the commands, options and values of "
       "busyhour in a\nshell.",
       "eval \"$(busyhour completion bash)\""});
  options.AllowWords(1, [](std::size_t) { return NamesOf(kShells); });
  if (options.Parse(argc, argv)) return kDone;
  options.ThrowIfRefused();
  const std::vector<std::string>& words = options.words();
  if (words.empty()) {
    throw InputError("busyhour completion",
                     "a shell is missing: " + Listed(NamesOf(kShells)));
  }
  for (const ShellScript& shell : kShells) {
    if (shell.name != words.front()) continue;
    std::fwrite(shell.script.data(), 1, shell.script.size(), stdout);
    return kDone;
  }
  throw InputError("busyhour completion",
                   NotAmong(words.front(), NamesOf(kShells)));
}

}  // namespace busyhour::internal
