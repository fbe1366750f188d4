#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/distribution.h"
#include "base/guid.h"
#include "base/time.h"
#include "profile/keys.h"
#include "profile/profile.h"
#include "text/json_text.h"

// The kinds of values in a profile. Each function refers to a variable, which
// must outlive the result and holds the default.

namespace busyhour::internal {

Value Flag(bool& flag);
/// A whole number.
Value Count(std::uint32_t& count, std::uint32_t least, std::uint32_t most);
Value Number(double& number, double least, double most);
/// A number from 0 to 1.
Value Share(double& share);
/// A weight relative to others of its kind.
Value Weight(double& weight);
/// `90s`, in milliseconds. `least_ms` may be below 0: `-90s`.
Value Duration(std::int64_t& ms, std::int64_t least_ms, std::int64_t most_ms);
/// A size such as `64KiB`, in bytes.
Value Size(std::uint32_t& bytes, std::uint32_t least, std::uint32_t most);
/// `500/s`.
Value Rate(double& per_second);
/// An instant.
Value Instant(SimTime& time);
Value GuidText(std::optional<Guid>& guid, std::string default_text);
/// Text of `least` to `most` characters, made of letters, digits and `others`.
Value Name(std::string& text, std::string_view others, std::size_t least,
           std::size_t most);
/// Any text that is not empty.
Value Prose(std::string& text);
/// `count` relative rates, none negative.
Value Levels(std::vector<double>& levels, std::size_t count,
             std::string default_text);

/// A distribution of durations within [`least_ms`, `most_ms`].
Value Spread(DistributionSpec& spec, std::int64_t least_ms,
             std::int64_t most_ms);
/// The same for an optional value; `default_text` describes the default.
Value Spread(std::optional<DistributionSpec>& spec, std::int64_t least_ms,
             std::int64_t most_ms, std::string default_text);

/// One of a few words; `set` receives its number. `noun` describes the words.
Value WordNumber(std::vector<std::string_view> names, std::size_t current,
                 std::function<void(std::size_t)> set,
                 std::string_view noun = "a choice here");
/// One of a few words, for a variable that numbers them from `first`.
template <class Counted>
Value Word(Counted& value, std::vector<std::string_view> names,
           std::size_t first = 0, std::string_view noun = "a choice here") {
  return WordNumber(
      std::move(names), static_cast<std::size_t>(value) - first,
      [&value, first](std::size_t number) {
        value = static_cast<Counted>(number + first);
      },
      noun);
}

template <class Key>
using Names = std::vector<std::pair<std::string_view, Key>>;

template <class Key>
std::vector<std::string_view> WordsOf(const Names<Key>& names) {
  std::vector<std::string_view> words;
  for (const auto& [word, key] : names) words.push_back(word);
  return words;
}

/// The condition for the sum of weights by name.
enum class Sum { kAboveZero, kBelowOne };

/// Weights by the number of a word. `noun` describes the words.
Value WeightsByNumber(std::vector<std::string_view> words,
                      std::string_view noun, Sum sum,
                      std::function<Mix<std::size_t>()> get,
                      std::function<void(const Mix<std::size_t>&)> set);
/// Weights (or, with `Sum::kBelowOne`, shares) by name.
template <class Key>
Value Weights(Mix<Key>& mix, const Names<Key>& names, std::string_view noun,
              Sum sum = Sum::kAboveZero) {
  return WeightsByNumber(
      WordsOf(names), noun, sum,
      [&mix, names] {
        Mix<std::size_t> numbers;
        for (const auto& [key, weight] : mix) {
          for (std::size_t i = 0; i < names.size(); ++i) {
            if (names[i].second == key) numbers.emplace_back(i, weight);
          }
        }
        return numbers;
      },
      [&mix, names](const Mix<std::size_t>& numbers) {
        mix.clear();
        for (const auto& [number, weight] : numbers) {
          mix.emplace_back(names[number].second, weight);
        }
      });
}
/// Reads weights; nothing if there are errors.
std::optional<Mix<std::size_t>> ReadWeights(
    const JsonNode& node, ProblemList& problems,
    const std::function<std::optional<std::size_t>(const JsonNode&)>& number_of,
    Sum sum);

/// A list of distinct words; `set` receives their numbers.
Value WordList(std::vector<std::string_view> names, std::string_view noun,
               std::size_t least, std::function<std::vector<std::size_t>()> get,
               std::function<void(const std::vector<std::size_t>&)> set);

/// A list of texts, or of whole numbers; empty by default, which
/// `default_text` describes.
Value TextList(std::vector<std::string>& list, std::string default_text);
Value CountList(std::vector<std::uint32_t>& list, std::uint32_t least,
                std::uint32_t most, std::string default_text);

/// A list of logs, at least one.
Value LogNames(LogSet& logs);

/// An optional object.
template <class Item>
Value OptionalObject(std::optional<Item>& item,
                     std::function<void(Item&, KeyVisitor&)> members);

/// A list of objects.
template <class Item>
Value ListOf(std::vector<Item>& items, std::size_t least, std::size_t most,
             std::function<void(Item&, KeyVisitor&)> members);

/// Values by the name of an operation or a similar key, called `noun`, with its
/// article, in messages and in the documentation.
template <class Key, class Item>
Value MapOf(std::vector<std::pair<Key, Item>>& map, Names<Key> names,
            std::string_view noun, std::function<Value(Item&)> item);

/// The same value, with `default_text` as the description of its default.
Value WithDefault(Value value, std::string default_text);
/// The same value, written to a profile only if `is_written`.
Value WrittenIf(bool is_written, Value value);

// The implementation of the templates.

Value ListOfItems(std::size_t least, std::size_t most,
                  std::function<void()> clear,
                  std::function<void(const JsonNode&, ProblemList&)> read_item,
                  std::function<std::string()> write, Members members);
Value MapOfItems(
    std::vector<std::string_view> words, std::string_view noun,
    std::function<void()> clear,
    std::function<void(std::size_t, const JsonNode&, ProblemList&)> read_item,
    std::function<std::string()> write, std::function<ValueInfo()> item_info,
    Members members);

template <class Item>
Value OptionalObject(std::optional<Item>& item,
                     std::function<void(Item&, KeyVisitor&)> members) {
  Value value = Object([members](KeyVisitor& keys) {
    Item sample;
    members(sample, keys);
  });
  value.read = [&item, members](const JsonNode& node, ProblemList& problems) {
    ReadObject(node, problems,
               [&](KeyVisitor& keys) { members(item.emplace(), keys); });
  };
  value.write = [&item, members]() -> std::string {
    if (!item) return "";
    return WriteObject([&](KeyVisitor& keys) { members(*item, keys); });
  };
  return value;
}

template <class Item>
Value ListOf(std::vector<Item>& items, std::size_t least, std::size_t most,
             std::function<void(Item&, KeyVisitor&)> members) {
  return ListOfItems(
      least, most, [&items] { items.clear(); },
      [&items, members](const JsonNode& node, ProblemList& problems) {
        Item& item = items.emplace_back();
        ReadObject(node, problems,
                   [&](KeyVisitor& keys) { members(item, keys); });
      },
      [&items, members] {
        std::vector<std::string> texts;
        for (Item& item : items) {
          texts.push_back(
              WriteObject([&](KeyVisitor& keys) { members(item, keys); }));
        }
        return JsonArray(texts);
      },
      [members](KeyVisitor& keys) {
        Item sample;
        members(sample, keys);
      });
}

template <class Key, class Item>
Value MapOf(std::vector<std::pair<Key, Item>>& map, Names<Key> names,
            std::string_view noun, std::function<Value(Item&)> item) {
  return MapOfItems(
      WordsOf(names), noun, [&map] { map.clear(); },
      [&map, names, item](std::size_t number, const JsonNode& node,
                          ProblemList& problems) {
        auto& entry = map.emplace_back(names[number].second, Item{});
        item(entry.second).read(node, problems);
      },
      [&map, names, item] {
        JsonMembers texts;
        for (auto& [key, value] : map) {
          for (const auto& [word, named] : names) {
            if (named == key) texts.emplace_back(word, item(value).write());
          }
        }
        return JsonObject(texts);
      },
      [item] {
        Item sample{};
        return item(sample).info();
      },
      [item](KeyVisitor& keys) {
        Item sample{};
        const Value value = item(sample);
        if (value.members) value.members(keys);
      });
}

}  // namespace busyhour::internal
