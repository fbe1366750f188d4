#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "profile/values.h"

// Words to choose from, and values by word: weights, lists and maps.

namespace busyhour::internal {
namespace {

using Kind = JsonNode::Kind;

// Longer lists of words are documented elsewhere.
constexpr std::size_t kFewWords = 20;

std::string WordsRange(const std::vector<std::string_view>& words) {
  return words.size() <= kFewWords ? EitherOf(words) : "";
}

std::string WordsSchema(const std::vector<std::string_view>& words) {
  std::string schema = R"("enum":[)";
  for (std::size_t i = 0; i < words.size(); ++i) {
    schema += (i == 0 ? "" : ",") + JsonString(words[i]);
  }
  return schema + ']';
}

// The number of the word in `node`; adds a problem if it is not in `names`.
std::optional<std::size_t> WordIn(const JsonNode& node, ProblemList& problems,
                                  const std::vector<std::string_view>& names,
                                  std::string_view noun) {
  if (node.kind == Kind::kString) {
    const auto found = std::find(names.begin(), names.end(), node.text);
    if (found != names.end()) {
      return static_cast<std::size_t>(found - names.begin());
    }
    problems.Add(node, UnknownName(node.text, noun, names));
  } else {
    problems.Add(node, NotA(node, noun));
  }
  return std::nullopt;
}

std::string WeightsText(const Mix<std::size_t>& mix,
                        const std::vector<std::string_view>& words) {
  JsonMembers members;
  for (const auto& [number, weight] : mix) {
    members.emplace_back(words[number], JsonNumber(weight));
  }
  return JsonObject(members);
}

}  // namespace

Value WordNumber(std::vector<std::string_view> names, std::size_t current,
                 std::function<void(std::size_t)> set, std::string_view noun) {
  return {[names, set, noun](const JsonNode& node, ProblemList& problems) {
            const auto number = WordIn(node, problems, names, noun);
            if (number) set(*number);
          },
          [names, current] {
            return current < names.size() ? JsonString(names[current]) : "";
          },
          [names] {
            return ValueInfo{"word", WordsRange(names), WordsSchema(names)};
          }};
}

std::optional<Mix<std::size_t>> ReadWeights(
    const JsonNode& node, ProblemList& problems,
    const std::function<std::optional<std::size_t>(const JsonNode&)>& number_of,
    Sum sum) {
  if (node.kind != Kind::kObject) {
    problems.Add(node, NotA(node, "an object of weights by name"));
    return std::nullopt;
  }
  const std::size_t problems_before = problems.size();
  Mix<std::size_t> mix;
  double total = 0;
  for (const JsonNode& child : node.children) {
    if (problems.full()) break;
    const std::optional<std::size_t> number = number_of(child);
    double weight = 0;
    (sum == Sum::kBelowOne ? Share(weight) : Weight(weight))
        .read(child, problems);
    if (number) mix.emplace_back(*number, weight);
    total += weight;
  }
  if (sum == Sum::kBelowOne && !(total < 1)) {
    problems.Add(node, "these shares sum to " +
                           JsonNumber(std::round(total * 1e9) / 1e9) +
                           "; their sum must stay below 1");
  }
  if (problems.size() > problems_before) return std::nullopt;
  if (sum == Sum::kAboveZero && !(total > 0)) {
    problems.Add(node,
                 "these weights sum to zero; at least one must be above 0");
    return std::nullopt;
  }
  return mix;
}

Value WeightsByNumber(std::vector<std::string_view> words,
                      std::string_view noun, Sum sum,
                      std::function<Mix<std::size_t>()> get,
                      std::function<void(const Mix<std::size_t>&)> set) {
  return {[words, noun, sum, set](const JsonNode& node, ProblemList& problems) {
            const auto number_of =
                [&](const JsonNode& child) -> std::optional<std::size_t> {
              const auto found =
                  std::find(words.begin(), words.end(), child.key);
              if (found != words.end()) {
                return static_cast<std::size_t>(found - words.begin());
              }
              problems.AddAtKey(child, UnknownName(child.key, noun, words));
              return std::nullopt;
            };
            const auto mix = ReadWeights(node, problems, number_of, sum);
            if (mix) set(*mix);
          },
          [words, sum, get] {
            const Mix<std::size_t> mix = get();
            const bool is_said = sum == Sum::kBelowOne || !mix.empty();
            return is_said ? WeightsText(mix, words) : "";
          },
          [words, sum] {
            return ValueInfo{
                sum == Sum::kAboveZero ? "weights" : "shares",
                words.size() <= kFewWords ? "of " + EitherOf(words) : "",
                R"("$ref":"#/$defs/weights","propertyNames":{)" +
                    WordsSchema(words) + '}'};
          }};
}

Value WordList(std::vector<std::string_view> names, std::string_view noun,
               std::size_t least, std::function<std::vector<std::size_t>()> get,
               std::function<void(const std::vector<std::size_t>&)> set) {
  return {
      [names, noun, least, set](const JsonNode& node, ProblemList& problems) {
        if (node.kind != Kind::kArray) {
          problems.Add(node, NotA(node, "a list of names"));
          return;
        }
        if (node.children.size() < least) {
          problems.Add(node, "this list is empty");
          return;
        }
        std::vector<std::size_t> numbers;
        for (const JsonNode& child : node.children) {
          if (problems.full()) return;
          const auto number = WordIn(child, problems, names, noun);
          if (!number) continue;
          if (std::find(numbers.begin(), numbers.end(), *number) !=
              numbers.end()) {
            problems.Add(child, ValueText(child) + " is here twice");
          } else {
            numbers.push_back(*number);
          }
        }
        set(numbers);
      },
      [names, get] {
        std::vector<std::string> words;
        for (const std::size_t number : get()) {
          words.push_back(JsonString(names[number]));
        }
        return words.empty() ? "" : JsonArray(words);
      },
      [names, least] {
        return ValueInfo{"list of words", WordsRange(names),
                         R"("type":"array","uniqueItems":true,"minItems":)" +
                             std::to_string(least) + R"(,"items":{)" +
                             WordsSchema(names) + '}'};
      }};
}

namespace {

// A list of different values that `item` reads, each into `add`; empty by
// default, which `default_text` describes.
Value ShortList(std::function<void()> clear,
                std::function<void(const JsonNode&, ProblemList&)> read_item,
                std::function<std::vector<std::string>()> texts, ValueInfo item,
                std::string default_text) {
  return {[clear, read_item](const JsonNode& node, ProblemList& problems) {
            if (node.kind != Kind::kArray) {
              problems.Add(node, NotA(node, "a list [ ... ]"));
              return;
            }
            clear();
            for (const JsonNode& child : node.children) {
              if (problems.full()) return;
              read_item(child, problems);
            }
          },
          [texts] {
            const std::vector<std::string> all = texts();
            return all.empty() ? "" : JsonArray(all);
          },
          [item, default_text] {
            return ValueInfo{"list of " + item.type, item.range,
                             R"("type":"array","items":{)" + item.schema + '}',
                             default_text};
          }};
}

}  // namespace

Value TextList(std::vector<std::string>& list, std::string default_text) {
  return ShortList([&list] { list.clear(); },
                   [&list](const JsonNode& node, ProblemList& problems) {
                     if (node.kind == Kind::kString) {
                       list.push_back(node.text);
                     } else {
                       problems.Add(node, NotA(node, "a text"));
                     }
                   },
                   [&list] {
                     std::vector<std::string> texts;
                     for (const std::string& text : list)
                       texts.push_back(JsonString(text));
                     return texts;
                   },
                   {"texts", "", R"("type":"string")"},
                   std::move(default_text));
}

Value CountList(std::vector<std::uint32_t>& list, std::uint32_t least,
                std::uint32_t most, std::string default_text) {
  std::uint32_t sample = least;
  ValueInfo item = Count(sample, least, most).info();
  item.type = "whole numbers";
  return ShortList(
      [&list] { list.clear(); },
      [&list, least, most](const JsonNode& node, ProblemList& problems) {
        Count(list.emplace_back(), least, most).read(node, problems);
      },
      [&list] {
        std::vector<std::string> texts;
        for (const std::uint32_t count : list) {
          texts.push_back(std::to_string(count));
        }
        return texts;
      },
      std::move(item), std::move(default_text));
}

Value LogNames(LogSet& logs) {
  std::vector<std::string_view> names;
  for (const LogInfo& log : Logs()) names.push_back(log.name);
  const auto get = [&logs] {
    std::vector<std::size_t> all;
    for (const LogType log : logs) all.push_back(static_cast<std::size_t>(log));
    return all;
  };
  return WordList(std::move(names), "a log", 1, get,
                  [&logs](const std::vector<std::size_t>& numbers) {
                    logs = LogSet();
                    for (const std::size_t number : numbers) {
                      logs.Add(kLogTypes[number]);
                    }
                  });
}

Value MapOfItems(
    std::vector<std::string_view> words, std::string_view noun,
    std::function<void()> clear,
    std::function<void(std::size_t, const JsonNode&, ProblemList&)> read_item,
    std::function<std::string()> write, std::function<ValueInfo()> item_info,
    Members members) {
  return {
      [=](const JsonNode& node, ProblemList& problems) {
        if (node.kind != Kind::kObject) {
          problems.Add(node, NotA(node, "an object { ... }"));
          return;
        }
        clear();
        for (const JsonNode& child : node.children) {
          if (problems.full()) return;
          const auto found = std::find(words.begin(), words.end(), child.key);
          if (found == words.end()) {
            problems.AddAtKey(child, UnknownName(child.key, noun, words));
          } else {
            read_item(static_cast<std::size_t>(found - words.begin()), child,
                      problems);
          }
        }
      },
      std::move(write),
      [=] {
        const ValueInfo item = item_info();
        return ValueInfo{
            item.type + " by " + std::string(noun.substr(noun.find(' ') + 1)),
            item.range,
            R"("type":"object","propertyNames":{)" + WordsSchema(words) +
                R"(},"additionalProperties":{)" + item.schema + '}'};
      },
      members, "/*"};
}

}  // namespace busyhour::internal
