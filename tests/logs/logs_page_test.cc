#include <algorithm>
#include <cstddef>
#include <string>

#include "base/test_files.h"
#include "gtest/gtest.h"
#include "logs/log.h"

namespace busyhour::internal {
namespace {

std::string ReadPage() {
  const std::string text =
      ContentOf(std::string(BUSYHOUR_SOURCE_DIR) + "/docs/logs.md");
  EXPECT_FALSE(text.empty()) << "docs/logs.md is not there";
  return text;
}

// For example, `Media summary` for `media_summary`.
std::string HeadingOf(LogType log) {
  std::string heading(Info(log).name);
  std::replace(heading.begin(), heading.end(), '_', ' ');
  heading[0] = static_cast<char>(heading[0] - 'a' + 'A');
  return heading;
}

// The text from a heading to the next one.
std::string Section(const std::string& page, const std::string& heading) {
  const std::size_t begin = page.find("\n## " + heading + '\n');
  EXPECT_NE(begin, std::string::npos) << heading;
  return page.substr(begin, page.find("\n## ", begin + 1) - begin);
}

// For all logs, shapes and fields: the page lists the field in the section of
// its log, or in the section on all tables.
TEST(LogsPageTest, NamesEveryFieldOfEveryShape) {
  const std::string page = ReadPage();
  const std::string common = Section(page, "What tables add");
  for (const LogType log : kLogTypes) {
    const std::string section = Section(page, HeadingOf(log));
    for (const Shape shape : kShapes) {
      for (const Column& column : Columns(log, shape)) {
        const std::string name = '`' + std::string(column.name) + '`';
        const bool is_known =
            section.find(name) != std::string::npos ||
            ((shape == Shape::kTable || shape == Shape::kDataExport ||
              shape == Shape::kTableArrival) &&
             common.find(name) != std::string::npos);
        EXPECT_TRUE(is_known) << Info(log).name << ' ' << name;
      }
    }
  }
}

}  // namespace
}  // namespace busyhour::internal
