#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/json.h"
#include "text/problems.h"

// The keys of a profile. Each is described once, by a call of `Optional` or
// `Required` of a visitor. The reader, the writer, the list for docs/profile.md
// and the JSON Schema are four visitors of these descriptions. To add a key,
// add one call.

namespace busyhour::internal {

class KeyVisitor;

/// The description of an object: it visits all of its keys.
using Members = std::function<void(KeyVisitor&)>;

/// The documentation of a kind of value.
struct ValueInfo {
  std::string type;    ///< duration, rate, share, ...
  std::string range;   ///< in words; may be empty
  std::string schema;  ///< members of a JSON Schema, without the braces
  /// The default in words, if the written value does not show it.
  std::optional<std::string> default_ = {};
};

/// A variable of the profile, with functions to read, write and describe it.
/// Refers to the variable. See values.h for the available kinds.
struct Value {
  std::function<void(const JsonNode&, ProblemList&)> read;
  /// JSON text; empty if the profile should not contain the key.
  std::function<std::string()> write;
  std::function<ValueInfo()> info;
  /// Visits the keys inside, for an object or a list or map of objects.
  Members members = {};
  /// Place of these keys below the key: `` or `/*`.
  std::string_view members_at = {};
};

/// The default of a key: JSON text, or words.
std::string DefaultOf(const Value& value);

/// An object of described keys.
Value Object(Members members);

/// The kinds of steps that have a key, in words; by default all.
struct KeyScope {
  std::string has_it;
  /// The kind that is being read, and whether it has the key.
  std::string here;
  bool applies = true;
};

/// Source of numbers that no public source gives.
inline constexpr std::string_view kAssumed = "our assumption";

class KeyVisitor {
 public:
  struct Key {
    std::string_view name;
    const Value& value;
    std::string_view meaning;
    /// Source of its default or its range.
    std::string_view source;
    bool required = false;
    KeyScope scope = {};
  };

  virtual ~KeyVisitor() = default;
  virtual void Visit(const Key& key) = 0;

  void Optional(std::string_view name, const Value& value,
                std::string_view meaning, std::string_view source = kAssumed) {
    Visit({name, value, meaning, source});
  }
  void Required(std::string_view name, const Value& value,
                std::string_view meaning, std::string_view source = kAssumed) {
    Visit({name, value, meaning, source, true});
  }
  /// An object that groups keys of one subject.
  void Group(std::string_view name, std::string_view meaning,
             const Members& members) {
    Visit({name, Object(members), meaning, ""});
  }
};

/// Reads an object. Adds problems for unknown and missing keys.
void ReadObject(const JsonNode& node, ProblemList& problems,
                const Members& members);
/// Writes an object: the keys that apply and have a value to write.
std::string WriteObject(const Members& members);
/// JSON Schema of an object, without the braces.
std::string ObjectSchema(const Members& members);

/// `"x" is not <noun>; did you mean "y"?`, or the available names instead.
std::string UnknownName(std::string_view word, std::string_view noun,
                        const std::vector<std::string_view>& names);

/// Why `key` is unknown among `names`, with the place where it belongs.
std::string UnknownKey(std::string_view key,
                       const std::vector<std::string_view>& names);

}  // namespace busyhour::internal
