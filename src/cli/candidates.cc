#include "cli/candidates.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "cli/arguments.h"

namespace busyhour::internal {
namespace {

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

// How much of the value is before its last part.
std::size_t LengthBefore(std::string_view value, std::string_view separators) {
  const std::size_t last = value.find_last_of(separators);
  return last == value.npos ? 0 : last + 1;
}

// The part of an expression before its last condition: `flow = ` is one.
std::size_t LengthBeforeCondition(std::string_view value) {
  const std::size_t word = LengthBefore(value, " (");
  const std::size_t sign = value.substr(0, word).find_last_not_of(' ');
  if (sign == value.npos || value[sign] != '=') return word;
  const std::size_t name = value.substr(0, sign).find_last_not_of(" !");
  return name == value.npos ? word
                            : LengthBefore(value.substr(0, name + 1), " (");
}

// The part of the value before the one that is completed: the last of a list,
// or the last condition of an expression.
std::string_view PartBefore(const Option& option, std::string_view value) {
  return value.substr(0, option.value == "LIST" ? LengthBefore(value, ",")
                         : option.value.starts_with("EXPRESSION")
                             ? LengthBeforeCondition(value)
                             : 0);
}

// Leaves the names that a list may still have: those that it has not yet, and
// `all` only if it has none.
void LeaveUnlisted(std::string_view listed, std::vector<Candidate>& names) {
  const std::string all = ',' + std::string(listed);
  const auto has = [&all](const std::string& name) {
    return all.find(',' + name + ',') != all.npos;
  };
  std::erase_if(names, [&](const Candidate& each) {
    return has(each.word) || has("all") ||
           (each.word == "all" && !listed.empty());
  });
}

// The values of an option, after `before`, which the word has before its value.
std::vector<Candidate> Values(const Option& option, std::string before,
                              Offers offers, TypedWords& typed) {
  const std::string_view part = PartBefore(option, typed.value);
  typed.value.remove_prefix(part.size());
  std::vector<Candidate> values;
  if (option.choices != nullptr) {
    values = Choices(option);
  } else if (offers != nullptr) {
    values = offers(typed);
  }
  if (option.value == "LIST") LeaveUnlisted(part, values);
  before += part;
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
    candidates = CandidatesOf(positional.words_at(position));
  }
  if (positional.words_at == nullptr || position > 0) {
    candidates.push_back({std::string(kFilesToo)});
  }
  return candidates;
}

// The value that is part of an option's argument: of `--frame=csv`, or `-n5`.
std::string_view ValueIn(std::string_view argument) {
  return argument.starts_with("--") ? argument.substr(argument.find('=') + 1)
                                    : argument.substr(2);
}

}  // namespace

std::vector<Candidate> CandidatesOf(std::span<const std::string_view> words) {
  std::vector<Candidate> candidates;
  for (const std::string_view word : words) {
    candidates.push_back({std::string(word)});
  }
  return candidates;
}

std::string TypedWords::Last(std::string_view option,
                             std::string_view otherwise) const {
  const std::vector<std::string> all = All(option);
  return all.empty() ? std::string(otherwise) : all.back();
}

std::vector<std::string> TypedWords::All(std::string_view option) const {
  std::vector<std::string> values;
  for (const auto& [name, value_of] : options) {
    if (name == option) values.emplace_back(value_of);
  }
  return values;
}

std::vector<Candidate> CandidatesFor(
    std::span<const char* const> words, std::span<const Option> options,
    const PositionalWords& positional,
    const std::function<Offers(std::string_view option)>& offers_for) {
  if (words.empty()) return {};
  std::size_t position = 0;
  const Option* awaits_value = nullptr;
  TypedWords typed;
  for (const std::string_view word : words.first(words.size() - 1)) {
    if (awaits_value != nullptr) {
      typed.options.emplace_back(awaits_value->name, word);
      awaits_value = nullptr;
      continue;
    }
    const OptionArgument read = ReadOptionArgument(word, options);
    if (!word.starts_with('-')) ++position;
    if (read.option == nullptr || read.option->value.empty()) continue;
    if (read.has_value) {
      typed.options.emplace_back(read.option->name, ValueIn(word));
    } else if (read.option->bare.empty()) {
      awaits_value = read.option;
    }
  }
  const std::string_view last = words.back();
  typed.value = last;
  if (awaits_value != nullptr) {
    return Values(*awaits_value, "", offers_for(awaits_value->name), typed);
  }
  const OptionArgument read = ReadOptionArgument(last, options);
  if (read.option != nullptr && read.has_value && last.starts_with("--")) {
    typed.value = ValueIn(last);
    return Values(*read.option, std::string(last.substr(0, last.find('=') + 1)),
                  offers_for(read.option->name), typed);
  }
  if (last.starts_with('-')) return OptionNames(options);
  if (positional.like != nullptr) {
    if (position >= positional.most) return {};
    return Values(*positional.like, "", offers_for(positional.like->name),
                  typed);
  }
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
