#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/printable.h"
#include "busyhour/error.h"

// Collects the errors in a text while it is read, so that all of them are
// reported together.

namespace busyhour::internal {

struct JsonNode;

/// Maximum number of problems reported for a text; the others are only counted.
inline constexpr std::size_t kMaxProblemsTold = 100;
/// Maximum number of problems found before reading stops. It limits the cost of
/// a text that consists of errors.
inline constexpr std::size_t kMaxProblemsFound = 400;

/// The problems of one text, each at a byte offset.
class ProblemList {
 public:
  /// `text` must outlive the list.
  explicit ProblemList(std::string_view text);

  void Add(std::size_t offset, std::string message) {
    Add(offset, std::move(message), offset);
  }
  /// Adds a problem at `offset`, with the JSON Pointer of the value at
  /// `pointer_offset`.
  void Add(std::size_t offset, std::string message, std::size_t pointer_offset);
  /// Adds a problem at a value. A value that could not be read as JSON already
  /// has a problem and does not get another one.
  void Add(const JsonNode& node, std::string message);
  /// Adds a problem at the key of a value.
  void AddAtKey(const JsonNode& node, std::string message);

  std::size_t size() const { return found_.size(); }
  bool empty() const { return found_.empty(); }
  /// Whether there are so many problems that reading must stop.
  bool full() const { return found_.size() >= kMaxProblemsFound; }

  /// `12:5`: line and column of a byte, both from 1. Columns count characters.
  std::string PlaceText(std::size_t offset) const;

  /// The problems in the order of the text: at most `kMaxProblemsTold`, and
  /// then one with the number of the others. `root` provides the JSON Pointers;
  /// it may be null.
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

/// `Printable(text)` in double quotes.
std::string Quoted(std::string_view text);
/// The text of a value in a message: `"ten"`, `-3`, `a list of 2`.
std::string ValueText(const JsonNode& node);

/// `<value> is not <what>`.
std::string NotA(const JsonNode& node, std::string_view what);
/// `<value> is out of range: <range>`.
std::string OutOfRange(const JsonNode& node, std::string_view range);

/// `a, b or c`.
std::string EitherOf(const std::vector<std::string_view>& names);

}  // namespace busyhour::internal
