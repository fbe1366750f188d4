#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "read/input_window.h"
#include "read/split_handler.h"

namespace busyhour::internal {

/// The separators of a CSV text.
struct CsvFormat {
  char delimiter =
      ',';  ///< `,`, `;` or a tab, depending on the spreadsheet's language
  char line_end = '\n';  ///< CR alone in old Macintosh files
};

/// The format of a text that begins with the header of a known log; nothing for
/// any other text.
std::optional<CsvFormat> FindCsvFormat(std::string_view text);

/// Splits CSV with a header into its lines. For one input and one thread.
class CsvSplitter {
 public:
  /// `window` begins with the header. Both must outlive the splitter.
  CsvSplitter(InputWindow& window, const CsvFormat& format,
              SplitHandler& handler);

  /// Splits the input to its end.
  void Run();

 private:
  std::string_view WithoutEnd(std::string_view line) const;
  bool NextLine(std::string_view& line, bool& too_long);
  ByteClass TakeLine(std::size_t& bytes);
  ByteClass Break(std::size_t bytes, const std::string& why);
  std::optional<std::size_t> LineEnd(std::size_t from);
  bool TakeMoreLines(std::size_t& bytes);

  InputWindow& window_;
  CsvFormat format_;
  SplitHandler& handler_;
  std::string header_;
  std::vector<std::string> columns_;
  std::vector<std::string_view> cells_;
  std::vector<std::string> cell_texts_;
};

}  // namespace busyhour::internal
