#include "deliver/file_series.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "base/test_files.h"

namespace busyhour::internal {
namespace {

namespace fs = std::filesystem;
using Set = std::set<std::string>;

class FileSeriesTest : public testing::Test {
 protected:
  Set Names() const {
    Set names;
    for (const auto& entry :
         fs::recursive_directory_iterator(scratch_.path())) {
      if (entry.is_regular_file()) {
        names.insert(fs::relative(entry.path(), scratch_.path()));
      }
    }
    return names;
  }
  std::string Read(std::string_view name) const {
    return ContentOf(scratch_.Path(name));
  }
  FileSeries Series() const {
    return FileSeries(scratch_.path(), [](const StreamFile& file) {
      return "h" + std::to_string(file.period) + '/' +
             std::to_string(file.number) + ".log";
    });
  }
  static Status Write(Sink& sink, std::string_view bytes) {
    return sink.Write({&bytes, 1});
  }

  Scratch scratch_;
};

TEST_F(FileSeriesTest, EachFileBearsItsNameWhenItIsWhole) {
  FileSeries series = Series();
  ASSERT_TRUE(series.BeginFile({1, 7}).ok());
  ASSERT_TRUE(Write(series, "one").ok());
  EXPECT_EQ(Names(), Set{"h7/1.log.part"});
  ASSERT_TRUE(series.EndFile(11).ok());
  EXPECT_EQ(Names(), Set{"h7/1.log"});
  EXPECT_FALSE(series.has_current());
  ASSERT_TRUE(series.BeginFile({2, 8}).ok());
  ASSERT_TRUE(Write(series, "two").ok());
  EXPECT_EQ(Names(), (Set{"h7/1.log", "h8/2.log.part"}));
  ASSERT_TRUE(series.Finish().ok());
  EXPECT_EQ(Names(), (Set{"h7/1.log", "h8/2.log"}));

  ASSERT_EQ(series.whole().size(), 1u);
  EXPECT_EQ(series.whole()[0].name, "h7/1.log");
  EXPECT_EQ(series.whole()[0].records, 11u);
  EXPECT_EQ(series.whole()[0].bytes, 3u);
  EXPECT_EQ(series.current().name, "h8/2.log");
  EXPECT_EQ(series.current().bytes, 3u);
  EXPECT_NE(series.current().fingerprint, series.whole()[0].fingerprint);
}

TEST_F(FileSeriesTest, OneWithoutFilesIsFinishedAtOnce) {
  FileSeries series = Series();
  EXPECT_TRUE(series.Finish().ok());
  EXPECT_TRUE(Names().empty());
}

TEST_F(FileSeriesTest, GoesOnWithWhatWasLeft) {
  FileSeries::Entry left;
  {
    FileSeries series = Series();
    ASSERT_TRUE(series.BeginFile({3, 9}).ok());
    ASSERT_TRUE(Write(series, "noted").ok());
    left = series.current();
    ASSERT_TRUE(Write(series, " and not noted").ok());
  }
  FileSeries series = Series();
  ASSERT_TRUE(series.ResumeFile({3, 9}, left.bytes, left.fingerprint).ok());
  ASSERT_TRUE(Write(series, ", again").ok());
  ASSERT_TRUE(series.Finish().ok());
  EXPECT_EQ(Read("h9/3.log"), "noted, again");

  FileSeries whole = Series();
  ASSERT_TRUE(whole.BeginFile({3, 9}).ok());
  ASSERT_TRUE(Write(whole, "noted, again").ok());
  EXPECT_EQ(series.current().fingerprint, whole.current().fingerprint);
  EXPECT_EQ(series.current().bytes, whole.current().bytes);
}

// The file was finished, but the recorded state is older.
TEST_F(FileSeriesTest, GoesOnWithOneThatBearsItsName) {
  FileSeries::Entry left;
  {
    FileSeries series = Series();
    ASSERT_TRUE(series.BeginFile({1, 1}).ok());
    ASSERT_TRUE(Write(series, "noted").ok());
    left = series.current();
    ASSERT_TRUE(Write(series, " whole").ok());
    ASSERT_TRUE(series.EndFile(1).ok());
  }
  FileSeries series = Series();
  ASSERT_TRUE(series.ResumeFile({1, 1}, left.bytes, left.fingerprint).ok());
  EXPECT_EQ(Names(), Set{"h1/1.log.part"});
  ASSERT_TRUE(Write(series, " whole").ok());
  ASSERT_TRUE(series.Finish().ok());
  EXPECT_EQ(Read("h1/1.log"), "noted whole");
}

TEST_F(FileSeriesTest, DoesNotGoOnWithWhatHasChanged) {
  FileSeries::Entry left;
  {
    FileSeries series = Series();
    ASSERT_TRUE(series.BeginFile({1, 1}).ok());
    ASSERT_TRUE(Write(series, "noted").ok());
    left = series.current();
  }
  const std::string path = scratch_.Path("h1/1.log.part");
  for (const char* content : {"Noted", "note"}) {
    scratch_.Write("h1/1.log.part", content);
    FileSeries series = Series();
    const Status status =
        series.ResumeFile({1, 1}, left.bytes, left.fingerprint);
    EXPECT_EQ(status.message(),
              "cannot resume " + path +
                  ": it has changed since the last run; --force starts over");
    EXPECT_EQ(Read("h1/1.log.part"), content);
  }
  fs::remove(path);
  FileSeries series = Series();
  EXPECT_EQ(series.ResumeFile({1, 1}, 5, left.fingerprint).message(),
            "cannot resume " + path + ": No such file or directory");
}

}  // namespace
}  // namespace busyhour::internal
