#include "read/splitter.h"

#include <optional>
#include <string_view>

#include "read/csv_splitter.h"
#include "read/json_splitter.h"

namespace busyhour::internal {

namespace {

ByteCounts Split(InputText& input, InputWindow& window, SplitHandler& handler) {
  window.Ensure(kWindowBytes);
  window.SkipByteOrderMark();
  // The blanks may belong to a known line.
  if (!handler.knows_lines()) {
    window.SkipBlanks();
    window.Ensure(kWindowBytes);
  }
  std::string_view text = window.ahead();
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  const bool is_json =
      text.empty() || text.front() == '{' || text.front() == '[';
  const std::optional<CsvFormat> csv =
      is_json ? std::nullopt : FindCsvFormat(text);
  if (csv) {
    window.SkipBlanks();
    CsvSplitter(window, *csv, handler).Run();
  } else {
    JsonSplitter(window, handler).Run();
  }
  if (!input.trouble().empty()) {
    handler.TakeBroken({}, window.line(), input.trouble());
  }
  return window.byte_counts();
}

}  // namespace

ByteCounts SplitRecords(InputText& input, std::size_t max_record,
                        SplitHandler& handler) {
  InputWindow window(input, max_record);
  return Split(input, window, handler);
}

ByteCounts SplitRecords(std::string_view text, std::size_t max_record,
                        SplitHandler& handler) {
  std::size_t at = 0;
  const auto source = [&](char* to, std::size_t size) {
    const std::size_t bytes = text.copy(to, size, at);
    at += bytes;
    return static_cast<long>(bytes);
  };
  InputBytes input(source, text.size(), text.size());
  InputWindow window(input, max_record, text.size());
  return Split(input, window, handler);
}

}  // namespace busyhour::internal
