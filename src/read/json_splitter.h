#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "read/input_window.h"
#include "read/message_scan.h"
#include "read/split_handler.h"

namespace busyhour::internal {

/// Splits JSON into records: separate objects, arrays and messages. For one
/// input and one thread.
class JsonSplitter {
 public:
  /// Both must outlive the splitter.
  JsonSplitter(InputWindow& window, SplitHandler& handler)
      : window_(window), handler_(handler) {}

  /// Splits the input to its end.
  void Run();

 private:
  // An array whose values are records.
  struct Level {
    enum class Expects : std::uint8_t { kFirst, kComma, kValue, kAnything };
    bool is_message = false;  // the array belongs to `message`
    Message message;
    Expects expects = Expects::kFirst;
    bool has_broken_comma = false;
    std::uint64_t line = 0;
  };

  void TakeComma();
  void ExpectValue();
  void TakenValue(bool is_whole);
  void TakeValue();
  bool TakeExactValue();
  void TakeWhole(std::size_t bytes);
  void TakeScalar();
  bool TakeKnownLine();
  std::string_view RestOfLine(std::size_t most);
  bool TakeLineWithRecords();
  void BeginRecords(std::size_t at, Message message);
  bool IsRecord(std::size_t& bytes);
  bool TakeFirstRecord(std::size_t at, Message& message);
  void EndRecords();
  void GoOnInMessage(Message message, std::uint64_t line);
  void EndMessage(const Message& message, std::uint64_t line);
  void BreakLevel();
  void Break(const std::string& why, std::size_t bytes);
  void SkipLine(const std::string& why);

  InputWindow& window_;
  SplitHandler& handler_;
  std::vector<Level> levels_;
  // Bytes that were scanned more than once to distinguish messages from
  // records.
  std::uint64_t scanned_again_ = 0;
  // Outside of all arrays: a comma since the last value.
  bool had_comma_ = false;
};

}  // namespace busyhour::internal
