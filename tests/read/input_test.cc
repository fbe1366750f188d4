#include "read/input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <lz4frame.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "read/input_files.h"
#include "read/source.h"

namespace busyhour::internal {
namespace {

using testing::HasSubstr;

std::string Plain() {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "line " + std::to_string(i) + '\n';
  return text;
}

std::string Gzip(const std::string& text) {
  std::string packed(compressBound(text.size()) + 32, '\0');
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string Zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(
      ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

std::string Lz4(const std::string& text) {
  std::string packed(LZ4F_compressFrameBound(text.size(), nullptr), '\0');
  packed.resize(LZ4F_compressFrame(packed.data(), packed.size(), text.data(),
                                   text.size(), nullptr));
  return packed;
}

struct ReadText {
  std::string text;
  std::string trouble;
};
ReadText ReadInput(const std::string& bytes, std::size_t step = 1 << 20,
                   std::uint64_t max_inflated = 1 << 30) {
  InputBytes input(SourceOf(bytes, step), max_inflated);
  ReadText outcome;
  char buffer[3000];
  for (std::size_t count; (count = input.Read(buffer, sizeof buffer)) > 0;) {
    outcome.text.append(buffer, count);
  }
  outcome.trouble = input.trouble();
  return outcome;
}

// For all compressions, for one frame and for several, and for all sizes of
// reads: the text equals the text before compression.
TEST(InputTest, UndoesCompression) {
  const std::string plain = Plain();
  const std::size_t half = plain.size() / 2;
  for (auto* const pack : {Gzip, Zstd, Lz4}) {
    const std::string one = pack(plain);
    const std::string two =
        pack(plain.substr(0, half)) + pack("") + pack(plain.substr(half));
    for (const std::size_t step : {1u, 1000u, 1u << 20}) {
      for (const std::string& packed : {one, two}) {
        const ReadText outcome = ReadInput(packed, step);
        EXPECT_TRUE(outcome.text == plain);
        EXPECT_EQ(outcome.trouble, "");
      }
    }
  }
  EXPECT_TRUE(ReadInput(plain, 3).text == plain);
  EXPECT_EQ(ReadInput("").text, "");
  EXPECT_EQ(ReadInput("\x1f").text, "\x1f");
  EXPECT_EQ(ReadInput(Gzip("") + std::string(512, '\0')).trouble, "");
}

TEST(InputTest, SaysWhatIsWrongWithAStream) {
  const std::string plain = Plain();
  for (auto* const pack : {Gzip, Zstd, Lz4}) {
    const std::string packed = pack(plain);
    for (const std::size_t bytes :
         {8ul, packed.size() / 2, packed.size() - 1}) {
      const ReadText cut = ReadInput(packed.substr(0, bytes));
      EXPECT_THAT(cut.trouble, HasSubstr("too early"));
      EXPECT_TRUE(plain.starts_with(cut.text));
    }
    EXPECT_THAT(ReadInput(packed + "rubbish").trouble, HasSubstr("is damaged"));
  }
}

TEST(InputTest, GivesUpOnWhatInflatesTooFar) {
  const std::string bomb(10 << 20, 'x');
  for (auto* const pack : {Gzip, Zstd, Lz4}) {
    const ReadText outcome = ReadInput(pack(bomb), 1 << 20, 1 << 20);
    EXPECT_LE(outcome.text.size(), std::size_t{1} << 20);
    EXPECT_THAT(outcome.trouble, HasSubstr("--max-inflated"));
  }
}

TEST(InputTest, NamesWhatIsNotThere) {
  std::vector<std::string> problems;
  EXPECT_TRUE(FindInputs({"/no/such/*", "/no/file"}, problems).empty());
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[1], "/no/file: there is no such file");
  std::string trouble;
  EXPECT_FALSE(OpenSource("/no/file", trouble));
  EXPECT_THAT(trouble, HasSubstr("there is no such file"));
}

TEST(InputTest, NamesWhatCannotBeReadInADirectory) {
  namespace fs = std::filesystem;
  const fs::path root =
      fs::path(testing::TempDir()) / ("refused-" + std::to_string(getpid()));
  fs::create_directories(root / "parts");
  fs::create_directories(root / "columns");
  std::ofstream(root / "parts" / "Usage.jsonl.part") << "{}";
  for (int i = 0; i < 8; ++i) {
    std::ofstream(root / "columns" / (std::to_string(i) + ".parquet"))
        << "PAR1....";
  }
  std::vector<std::string> problems;
  FindInputs({(root / "parts").string(), (root / "columns").string()},
             problems);
  fs::remove_all(root);
  ASSERT_EQ(problems.size(), 7u);
  EXPECT_THAT(problems[0], HasSubstr("generate --resume completes them"));
  EXPECT_THAT(problems[1],
              HasSubstr("0.parquet: is a Parquet file, which verify does not"));
  EXPECT_EQ(problems[6], "and 3 more Parquet files");
}

// Links are followed, without endless loops. Files that cannot be read are
// reported.
TEST(InputTest, FindsAllThatIsInADirectory) {
  namespace fs = std::filesystem;
  const fs::path root =
      fs::path(testing::TempDir()) / ("inputs-" + std::to_string(getpid()));
  fs::create_directories(root / "set" / "deep");
  fs::create_directories(root / "else" / "where");
  for (const char* name : {"set/b.jsonl", "set/deep/c.jsonl", "set/a.part",
                           "set/manifest.json", "else/where/d.jsonl"}) {
    std::ofstream(root / name) << "{}";
  }
  fs::create_directory_symlink(root / "else", root / "set" / "linked");
  fs::create_directory_symlink(root / "set", root / "else" / "back");
  fs::create_directory_symlink(root / "set", root / "set" / "deep" / "up");
  fs::create_symlink(root / "nothing", root / "set" / "dangling");
  fs::create_symlink("loop", root / "set" / "loop");
  ASSERT_EQ(mkfifo((root / "set" / "pipe").c_str(), 0600), 0);
  std::vector<std::string> problems;
  const auto found = FindInputs({(root / "set").string()}, problems);
  fs::remove_all(root);
  EXPECT_TRUE(problems.empty());
  std::vector<std::string> names;
  for (const FoundInput& input : found) {
    names.push_back(fs::path(input.path).lexically_relative(root / "set"));
    if (!input.trouble.empty()) names.back() += ": " + input.trouble;
  }
  ASSERT_EQ(names.size(), 6u);
  EXPECT_EQ(names[0], "b.jsonl");
  EXPECT_EQ(names[1], "dangling: is a broken link");
  EXPECT_EQ(names[2], "deep/c.jsonl");
  EXPECT_EQ(names[3], "linked/where/d.jsonl");
  EXPECT_THAT(names[4], HasSubstr("loop: cannot be read: "));
  EXPECT_EQ(names[5], "pipe: is neither a file nor a directory");
}

}  // namespace
}  // namespace busyhour::internal
