#include "deliver/file_sink.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>

#include "base/test_files.h"
#include "busyhour/error.h"

namespace busyhour::internal {
namespace {

namespace fs = std::filesystem;

class FileSinkTest : public testing::Test {
 protected:
  std::set<std::string> Names() const { return NamesIn(scratch_.path()); }
  static Status Write(Sink& sink, std::string_view bytes) {
    return sink.Write({&bytes, 1});
  }

  Scratch scratch_;
  const std::string path_ = scratch_.Path("log.jsonl");
};

using Set = std::set<std::string>;

TEST_F(FileSinkTest, BearsItsNameOnlyWhenItIsWhole) {
  FileSink sink(path_);
  EXPECT_TRUE(Names().empty());
  ASSERT_TRUE(sink.Open().ok());
  EXPECT_EQ(Names(), Set{"log.jsonl.part"});
  ASSERT_TRUE(Write(sink, "one\n").ok());
  const std::array<std::string_view, 3> more = {"two\n", "", "three\n"};
  ASSERT_TRUE(sink.Write(more).ok());
  EXPECT_EQ(Names(), Set{"log.jsonl.part"});
  ASSERT_TRUE(sink.Finish().ok());
  EXPECT_EQ(Names(), Set{"log.jsonl"});
  EXPECT_EQ(ContentOf(path_), "one\ntwo\nthree\n");
  EXPECT_EQ(sink.path(), path_);
}

TEST_F(FileSinkTest, FollowsNoLinkAndReplacesNothingButFiles) {
  const std::string victim = scratch_.Path("victim");
  std::ofstream(victim) << "precious";
  const std::string part = path_ + ".part";
  for (const bool may_replace : {false, true}) {
    fs::create_symlink(victim, part);
    EXPECT_FALSE(FileSink(path_, {may_replace}).Open().ok());
    fs::remove(part);
    fs::create_hard_link(victim, part);
    FileSink sink(path_, {may_replace});
    EXPECT_EQ(sink.Open().ok(), may_replace);
    if (may_replace) {
      EXPECT_TRUE(Write(sink, "own").ok());
      EXPECT_TRUE(sink.Finish().ok());
      fs::remove(path_);
    }
    fs::remove(part);
    EXPECT_EQ(ContentOf(victim), "precious");
  }
  FileSink sink(path_, {true});
  ASSERT_TRUE(sink.Open().ok());
  fs::create_symlink(victim, path_);
  EXPECT_FALSE(sink.Finish().ok());
  EXPECT_EQ(ContentOf(victim), "precious");
}

TEST_F(FileSinkTest, TakesNoNameThatWasTakenMeanwhile) {
  FileSink sink(path_);
  ASSERT_TRUE(sink.Open().ok());
  std::ofstream(path_) << "precious";
  EXPECT_FALSE(sink.Finish().ok());
  EXPECT_EQ(ContentOf(path_), "precious");
}

TEST_F(FileSinkTest, OneWritesAtATime) {
  {
    FileSink first(path_, {true});
    ASSERT_TRUE(first.Open().ok());
    FileSink second(path_, {true});
    EXPECT_THROW(static_cast<void>(second.Open()), InputError);
    EXPECT_THROW(static_cast<void>(second.Resume(0, "")), InputError);
  }
  FileSink later(path_, {true});
  EXPECT_TRUE(later.Open().ok());
}

TEST_F(FileSinkTest, KeepsItsTemporaryNameWhenItIsGivenUp) {
  {
    FileSink sink(path_);
    ASSERT_TRUE(sink.Open().ok());
    ASSERT_TRUE(Write(sink, "half").ok());
  }
  EXPECT_EQ(Names(), Set{"log.jsonl.part"});
}

TEST_F(FileSinkTest, CountsAndFingerprintsItsBytes) {
  FileSink sink(path_);
  ASSERT_TRUE(sink.Open().ok());
  EXPECT_EQ(sink.bytes(), 0u);
  EXPECT_EQ(sink.fingerprint(), "99aa06d3014798d86001c324468d497f");
  const std::array<std::string_view, 3> pieces = {"a", "", "bc"};
  ASSERT_TRUE(sink.Write(pieces).ok());
  EXPECT_EQ(sink.bytes(), 3u);
  ASSERT_TRUE(sink.Finish().ok());
  EXPECT_EQ(sink.fingerprint(), "06b05ab6733a618578af5f94892f3950");
}

TEST_F(FileSinkTest, BeginsAnew) {
  std::ofstream(path_ + ".part") << "left over from a run that was stopped";
  std::ofstream(path_) << "an older whole file";
  FileSink sink(path_, {true});
  ASSERT_TRUE(sink.Open().ok());
  EXPECT_EQ(ContentOf(path_), "an older whole file");
  ASSERT_TRUE(Write(sink, "new").ok());
  ASSERT_TRUE(sink.Finish().ok());
  EXPECT_EQ(ContentOf(path_), "new");
  EXPECT_EQ(Names(), Set{"log.jsonl"});
}

TEST_F(FileSinkTest, SaysWhyItCannotBeCreated) {
  FileSink sink(scratch_.Path("missing/log.jsonl"));
  const Status status = sink.Open();
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.message(), "cannot create " + scratch_.path() +
                                  "/missing/log.jsonl.part: No such file or "
                                  "directory");
}

TEST_F(FileSinkTest, SaysWhyItCannotBeNamed) {
  FileSink sink(path_);
  ASSERT_TRUE(sink.Open().ok());
  fs::create_directory(path_);
  const Status status = sink.Finish();
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.message(),
            "cannot rename " + path_ + ".part: " + path_ + " is not a file");
}

// Uses a limit on file size instead of a full disk.
TEST_F(FileSinkTest, SaysThatTheDiskIsFull) {
  FileSink sink(path_);
  ASSERT_TRUE(sink.Open().ok());
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
  const Status status = Write(sink, "bytes");
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, SIG_DFL);
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.message(),
            "cannot write to " + path_ + ".part: File too large");
}

// Space that was reserved in advance is released: the disk usage of a file
// corresponds to its size.
TEST_F(FileSinkTest, TakesNoMoreDiskThanItsBytes) {
  const std::string text(3'000'001, 'x');
  FileSink sink(path_);
  ASSERT_TRUE(sink.Open().ok());
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(Write(sink, text).ok());
  ASSERT_TRUE(sink.Finish().ok());
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(static_cast<std::size_t>(info.st_size), 5 * text.size());
  constexpr off_t kSectorBytes = 512;
  EXPECT_LE(info.st_blocks * kSectorBytes, info.st_size + (64 << 10));
}

// An unfinished file is as long as the bytes written to it.
TEST_F(FileSinkTest, APartIsAsLongAsWhatWasWritten) {
  const std::string text(2'000'003, 'x');
  {
    FileSink sink(path_);
    ASSERT_TRUE(sink.Open().ok());
    ASSERT_TRUE(Write(sink, text).ok());
  }
  EXPECT_EQ(fs::file_size(path_ + ".part"), text.size());
}

}  // namespace
}  // namespace busyhour::internal
