#include "cli/candidates.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "cli/arguments.h"
#include "profile/load.h"

namespace busyhour::internal {
namespace {

std::vector<Candidate> ProfileNames() {
  std::vector<Candidate> names;
  for (const BuiltinProfile& profile : BuiltinProfiles()) {
    names.push_back({std::string(profile.name)});
  }
  return names;
}

// `traffic.rate=`, for keys that are not in lists.
std::vector<Candidate> ChangedKeys() {
  std::vector<Candidate> keys;
  for (const KeyInfo& info : ProfileKeys()) {
    if (info.pointer.find('*') != std::string::npos) continue;
    std::string key = info.pointer.substr(1) + '=';
    std::replace(key.begin(), key.end(), '/', '.');
    keys.push_back({std::move(key), info.meaning});
  }
  return keys;
}

std::vector<Candidate> Choices(const Option& option) {
  std::vector<Candidate> choices;
  for (const std::string_view choice : option.choices()) {
    // The constant part of `tcp://HOST:PORT`.
    const auto* const variable =
        option.value == "URI"
            ? std::find_if(choice.begin(), choice.end(), IsUpper)
            : choice.end();
    choices.push_back({std::string(choice.begin(), variable)});
  }
  return choices;
}

// The values of an option, after `before`, which the word has before its value.
std::vector<Candidate> Values(const Option& option, std::string before,
                              std::string_view value) {
  std::vector<Candidate> values;
  if (option.choices != nullptr) values = Choices(option);
  if (option.name == "profile") values = ProfileNames();
  if (option.name == "set") values = ChangedKeys();
  if (option.value == "LIST") {
    const std::size_t comma = value.rfind(',');
    before += value.substr(0, comma == value.npos ? 0 : comma + 1);
  }
  for (Candidate& each : values) each.word.insert(0, before);
  const bool takes_files = option.value.find("FILE") != option.value.npos ||
                           option.value.find("DIR") != option.value.npos;
  if (takes_files) values.push_back({std::string(kFilesToo)});
  return values;
}

std::vector<Candidate> OptionNames(std::span<const Option> options) {
  std::vector<Candidate> names;
  for (const Option& option : options) {
    names.push_back(
        {"--" + std::string(option.name), std::string(option.help)});
  }
  return names;
}

std::vector<Candidate> Positional(const PositionalWords& positional,
                                  std::size_t position) {
  std::vector<Candidate> candidates;
  if (position >= positional.most) return candidates;
  if (positional.words_at != nullptr) {
    for (const std::string_view word : positional.words_at(position)) {
      candidates.push_back({std::string(word)});
    }
  }
  if (positional.words_at == nullptr || position > 0) {
    candidates.push_back({std::string(kFilesToo)});
  }
  return candidates;
}

}  // namespace

std::vector<Candidate> CandidatesFor(std::span<const char* const> words,
                                     std::span<const Option> options,
                                     const PositionalWords& positional) {
  if (words.empty()) return {};
  std::size_t position = 0;
  const Option* awaits_value = nullptr;
  for (const std::string_view word : words.first(words.size() - 1)) {
    if (awaits_value != nullptr) {
      awaits_value = nullptr;
      continue;
    }
    const OptionArgument read = ReadOptionArgument(word, options);
    if (!word.starts_with('-')) ++position;
    if (read.option != nullptr && !read.has_value &&
        !read.option->value.empty() && read.option->bare.empty()) {
      awaits_value = read.option;
    }
  }
  const std::string_view last = words.back();
  if (awaits_value != nullptr) return Values(*awaits_value, "", last);
  const OptionArgument read = ReadOptionArgument(last, options);
  if (read.has_value && last.starts_with("--")) {
    const std::size_t begin = last.find('=') + 1;
    return Values(*read.option, std::string(last.substr(0, begin)),
                  last.substr(begin));
  }
  if (last.starts_with('-')) return OptionNames(options);
  return Positional(positional, position);
}

std::string CandidateLines(std::string_view prefix,
                           std::span<const Candidate> candidates) {
  std::string lines;
  for (const Candidate& candidate : candidates) {
    const bool is_request = candidate.word == kFilesToo;
    if (!is_request && !candidate.word.starts_with(prefix)) continue;
    lines += candidate.word;
    if (!candidate.help.empty()) lines += '\t' + candidate.help;
    lines += '\n';
  }
  return lines;
}

}  // namespace busyhour::internal
