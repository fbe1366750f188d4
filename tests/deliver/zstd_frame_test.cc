#include "deliver/zstd_frame.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/sanitized.h"
#include "deliver/hinted_text.h"
#include "deliver/matcher.h"

namespace busyhour::internal {
namespace {

std::string Frame(ZstdFrameWriter& writer, std::string_view text,
                  std::span<const Match> steps) {
  std::string frame(ZstdFrameWriter::RoomFor(text.size()), '\0');
  const char* const end = writer.Write(text, steps, frame.data());
  frame.resize(static_cast<std::size_t>(end - frame.data()));
  EXPECT_LE(frame.size(), ZstdFrameWriter::MaxBytes(text.size()));
  return frame;
}

// What the library reads at once.
std::string Read(std::string_view frame) {
  const auto bytes = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (bytes > std::size_t{1} << 26) return "no size";
  std::string text(bytes, '\0');
  const std::size_t read =
      ZSTD_decompress(text.data(), text.size(), frame.data(), frame.size());
  return ZSTD_isError(read) != 0 ? ZSTD_getErrorName(read) : text;
}

// What it reads piece by piece, which requires a window.
std::string ReadInPieces(std::string_view frame) {
  ZSTD_DCtx* const reader = ZSTD_createDCtx();
  std::string text;
  std::size_t left = 1;
  std::vector<char> piece(999);
  ZSTD_inBuffer in{frame.data(), 0, 0};
  while (left != 0 && ZSTD_isError(left) == 0) {
    if (in.pos == in.size) in.size = std::min(in.size + 777, frame.size());
    ZSTD_outBuffer out{piece.data(), piece.size(), 0};
    left = ZSTD_decompressStream(reader, &out, &in);
    text.append(piece.data(), out.pos);
    if (out.pos == 0 && in.pos == frame.size()) break;
  }
  ZSTD_freeDCtx(reader);
  return left != 0 ? "not complete" : text;
}

std::string Noise(std::size_t bytes, unsigned values) {
  std::mt19937 random(1);
  std::string noise(bytes, '\0');
  for (char& c : noise) c = static_cast<char>(random() % values);
  return noise;
}

// A text with the steps that make it.
class SteppedText {
 public:
  void Add(std::string_view literals, std::uint32_t bytes = 0,
           std::uint32_t distance = 0) {
    for (; literals.size() > Matcher::kMostBytes;
         literals.remove_prefix(Matcher::kMostBytes)) {
      AddStep(literals.substr(0, Matcher::kMostBytes), 0, 0);
    }
    AddStep(literals, bytes, distance);
  }

  std::string Frame() const {
    ZstdFrameWriter writer;
    return internal::Frame(writer, text_, steps_);
  }
  const std::string& text() const { return text_; }

 private:
  void AddStep(std::string_view literals, std::uint32_t bytes,
               std::uint32_t distance) {
    steps_.push_back(
        {static_cast<std::uint32_t>(literals.size()), bytes, distance});
    text_ += literals;
    for (std::uint32_t i = 0; i < bytes; ++i) {
      text_ += text_[text_.size() - distance];
    }
  }

  std::string text_;
  std::vector<Match> steps_;
};

void ExpectReadable(const SteppedText& stepped, const char* what) {
  const std::string frame = stepped.Frame();
  EXPECT_TRUE(Read(frame) == stepped.text()) << what;
  EXPECT_TRUE(ReadInPieces(frame) == stepped.text()) << what;
}

// For all texts and hints: the library reads the text from its frame, at once
// and in pieces. The frame does not depend on earlier ones.
TEST(ZstdFrameTest, TheLibraryReadsTheText) {
  Matcher matcher(ZstdFrameWriter::kReach);
  ZstdFrameWriter used;
  for (int seed = 0; seed < Fewer(300); ++seed) {
    const HintedText hinted(static_cast<unsigned>(seed));
    const std::span<const Match> steps =
        matcher.Find(hinted.text, hinted.hints);
    const std::string frame = Frame(used, hinted.text, steps);
    ASSERT_TRUE(Read(frame) == hinted.text) << seed;
    ASSERT_TRUE(ReadInPieces(frame) == hinted.text) << seed;
    ZstdFrameWriter fresh;
    ASSERT_TRUE(frame == Frame(fresh, hinted.text, steps)) << seed;
  }
}

// For all lengths of literals and matches, at the limits of the groups that the
// format has for them.
TEST(ZstdFrameTest, AllLengthsAreReadable) {
  for (const unsigned values : {127u, 256u}) {
    const std::string noise = Noise(1 << 17, values);
    for (std::uint32_t length = 1; length <= Matcher::kMostBytes; length *= 2) {
      for (const std::uint32_t bytes : {length - 1, length, length + 1}) {
        SteppedText stepped;
        stepped.Add("a text before it", 8, 3);
        stepped.Add(std::string_view(noise).substr(0, bytes), 20, 7);
        stepped.Add("", 30, 7);  // the distance of before, no literals
        stepped.Add("", std::clamp(bytes, 8u, 65'536u), 5);
        stepped.Add(std::string_view(noise).substr(0, 63), 9, 9);
        stepped.Add(std::string_view(noise).substr(0, bytes));
        ExpectReadable(stepped, std::to_string(bytes).c_str());
      }
    }
  }
}

TEST(ZstdFrameTest, ExtremeTextsAreReadable) {
  SteppedText nothing;
  nothing.Add("");
  ExpectReadable(nothing, "nothing");
  SteppedText one;
  one.Add("x");
  ExpectReadable(one, "one byte");
  SteppedText same;
  same.Add(std::string(1 << 20, 'x'));
  ExpectReadable(same, "literals of one symbol");
  EXPECT_LT(same.Frame().size(), same.text().size() / 5);
  SteppedText matches;
  matches.Add("x", 65'536, 1);
  for (int i = 0; i < 15; ++i) matches.Add("", 65'536, 1);
  matches.Add("");
  ExpectReadable(matches, "matches alone");
  EXPECT_LT(matches.Frame().size(), 200u);
  SteppedText noise;
  noise.Add(Noise(1 << 20, 256));
  ExpectReadable(noise, "noise");
  SteppedText ascii;
  ascii.Add(Noise(1 << 20, 128));
  ExpectReadable(ascii, "all of ASCII");
  EXPECT_LT(ascii.Frame().size(), ascii.text().size() * 9 / 10);
}

// Some blocks without a code, before and after the one that describes it.
TEST(ZstdFrameTest, BlocksWithAndWithoutACode) {
  const std::string ascii = Noise(65'536, 20);
  const std::string others = Noise(65'400, 256);
  SteppedText stepped;
  for (const std::string& literals : {others, ascii, ascii, others, ascii}) {
    stepped.Add(literals, 65'536, 7);
  }
  stepped.Add("");
  ExpectReadable(stepped, "literals");
}

// The distance of a match in a block that is written as it is, is not the
// previous one for readers.
TEST(ZstdFrameTest, UncompressedBlocksHaveNoMatches) {
  SteppedText stepped;
  stepped.Add(Noise(131'064, 256), 8, 100);
  stepped.Add("literals", 500, 100);
  stepped.Add("literals", 500, 100);
  stepped.Add(std::string(65'536, 'x'), 65'536, 1);
  stepped.Add("");
  ExpectReadable(stepped, "distance");
}

TEST(ZstdFrameTest, MatchesReachAsFarAsTheWindow) {
  SteppedText stepped;
  stepped.Add(Noise(ZstdFrameWriter::kReach, 256), 40, ZstdFrameWriter::kReach);
  stepped.Add("far", 65'536, ZstdFrameWriter::kReach);
  stepped.Add("near", 50, 4);
  ExpectReadable(stepped, "far");
}

// The code for the literals is described once: later blocks are shorter.
TEST(ZstdFrameTest, ACodeIsDescribedOnce) {
  const auto frame_of = [](std::size_t bytes) {
    SteppedText stepped;
    stepped.Add(std::string(bytes, 'x'));
    return stepped.Frame().size();
  };
  // A block of one symbol of one bit: its header, that of its literals, the
  // sizes of the streams, their ends, and no sequences.
  EXPECT_EQ(frame_of(2 << 17) - frame_of(1 << 17),
            3u + 5 + 6 + 4 * ((1 << 15) / 8 + 1) + 1);
}

}  // namespace
}  // namespace busyhour::internal
