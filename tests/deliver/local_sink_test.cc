#include "deliver/local_sink.h"

#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "deliver/batches.h"

namespace busyhour::internal {
namespace {

// Accepts all writes except write number `fails_at`.
class MemorySink : public Sink {
 public:
  struct Seen {
    std::string bytes;
    bool finished = false;
  };
  MemorySink(Seen& seen, int fails_at, bool finishes = true)
      : seen_(seen), fails_at_(fails_at), finishes_(finishes) {}
  Status Write(std::span<const std::string_view> spans) override {
    if (++writes_ == fails_at_) return Status::Failed("the disk is full");
    for (const std::string_view span : spans) seen_.bytes += span;
    return Status::Ok();
  }
  Status Finish() override {
    seen_.finished = finishes_;
    return finishes_ ? Status::Ok() : Status::Failed("it was removed");
  }

 private:
  Seen& seen_;
  const int fails_at_;
  const bool finishes_;
  int writes_ = 0;
};

TEST(LocalSinkTest, WhatIsWrittenIsAcknowledged) {
  MemorySink::Seen seen;
  LocalSink sink(std::make_unique<MemorySink>(seen, 0));
  Batch first = BatchOf({"a\n", "b\n"});
  Batch second = BatchOf({"c\n"});
  for (Batch* batch : {&first, &second}) {
    ASSERT_TRUE(sink.HasRoom());
    sink.Send(*batch);
    EXPECT_FALSE(sink.HasRoom());
    const std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
    ASSERT_EQ(receipts.size(), 1u);
    EXPECT_EQ(receipts[0].batch, batch);
    EXPECT_EQ(receipts[0].kind, Receipt::Kind::kAcknowledged);
  }
  EXPECT_TRUE(sink.Close().ok());
  EXPECT_EQ(seen.bytes, "a\nb\nc\n");
  EXPECT_TRUE(seen.finished);
}

TEST(LocalSinkTest, AFailureIsFinalAndNothingBecomesWhole) {
  MemorySink::Seen seen;
  LocalSink sink(std::make_unique<MemorySink>(seen, 1));
  Batch batch = BatchOf({"a\n"});
  sink.Send(batch);
  const std::vector<Receipt> receipts = ReceiptsOf(sink, 1);
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].kind, Receipt::Kind::kRefused);
  EXPECT_EQ(receipts[0].error, "the disk is full");
  EXPECT_TRUE(receipts[0].is_final);
  EXPECT_TRUE(sink.Close().ok());
  EXPECT_FALSE(seen.finished);
  EXPECT_TRUE(sink.lost_all());
}

TEST(LocalSinkTest, WhatCannotBeFinishedIsLost) {
  for (const bool finishes : {true, false}) {
    MemorySink::Seen seen;
    LocalSink sink(std::make_unique<MemorySink>(seen, 0, finishes));
    Batch batch = BatchOf({"a\n"});
    sink.Send(batch);
    EXPECT_EQ(ReceiptsOf(sink, 1)[0].kind, Receipt::Kind::kAcknowledged);
    EXPECT_FALSE(sink.lost_all());
    EXPECT_EQ(sink.Close().ok(), finishes);
    EXPECT_EQ(sink.lost_all(), !finishes);
  }
}

}  // namespace
}  // namespace busyhour::internal
