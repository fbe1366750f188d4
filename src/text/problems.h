#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "busyhour/error.h"

// What is wrong with a text, collected while it is read, so that a person
// learns of all mistakes at once.

namespace busyhour {

struct JsonNode;

/// How many problems of a text are told; the rest is only counted.
inline constexpr std::size_t kMaxProblemsTold = 100;
/// How many are looked for before reading stops, so that a text of nothing but
/// mistakes costs little.
inline constexpr std::size_t kMaxProblemsFound = 400;

/// The problems of one text, each at a byte offset.
class ProblemList {
 public:
  /// `text` must outlive the list.
  explicit ProblemList(std::string_view text);

  void Add(std::size_t offset, std::string message) {
    Add(offset, std::move(message), offset);
  }
  /// At `offset`, with the JSON Pointer of what is at `pointer_offset`.
  void Add(std::size_t offset, std::string message, std::size_t pointer_offset);
  /// At a value. A value that could not be read as JSON has its problem
  /// already: no second one is added.
  void Add(const JsonNode& node, std::string message);
  /// At the key of a value.
  void AddAtKey(const JsonNode& node, std::string message);

  std::size_t size() const { return found_.size(); }
  bool empty() const { return found_.empty(); }
  /// True when there is no sense in looking for more.
  bool full() const { return found_.size() >= kMaxProblemsFound; }

  /// `12:5`: line and column of a byte, both from 1. Columns count characters.
  std::string PlaceText(std::size_t offset) const;

  /// In the order of the text, at most `kMaxProblemsTold` and a last one that
  /// says how many more there are. `root` gives the JSON Pointers; it may be
  /// null.
  std::vector<Problem> Told(const std::string& source,
                            const JsonNode* root) const;

 private:
  struct Found {
    std::size_t offset;
    std::string message;
    std::size_t pointer_offset;
  };
  struct Place {
    int line;
    int column;
  };
  Place PlaceOf(std::size_t offset) const;

  std::string_view text_;
  std::vector<std::size_t> line_starts_;
  std::vector<Found> found_;
};

/// The same in double quotes.
std::string Quoted(std::string_view text);
/// A value as a message shows it: `"ten"`, `-3`, `a list of 2`.
std::string ValueText(const JsonNode& node);

/// `<value> is not <what>`.
std::string NotA(const JsonNode& node, std::string_view what);
/// `<value> is out of range: <range>`.
std::string OutOfRange(const JsonNode& node, std::string_view range);

/// `a, b or c`.
std::string EitherOf(const std::vector<std::string_view>& names);

}  // namespace busyhour
