#include "read/log_detector.h"

#include <gtest/gtest.h>

namespace busyhour::internal {
namespace {

TEST(LogDetectorTest, DetectsEveryLogInEveryShape) {
  for (const Shape shape : kShapes) {
    for (const LogType log : kLogTypes) {
      ReceivedRecord record;
      record.Clear();
      for (const Column& column : Columns(log, shape)) {
        int object = 0;
        if (!column.parent.empty()) {
          if (record.objects.back().key != column.parent) {
            record.objects.push_back({column.parent, 0});
          }
          object = static_cast<int>(record.objects.size()) - 1;
        }
        record.values.push_back({column.name, object, ValueKind::kText, "x"});
      }
      LogDetector detector(Shape::kResourceLog);
      const auto& detected = detector.Detect(record);
      ASSERT_TRUE(detected);
      // All columns of recording operations are in the operational log, too.
      EXPECT_TRUE(detected->logs.Has(log));
      EXPECT_EQ(detected->shape, shape);
    }
  }
}

}  // namespace
}  // namespace busyhour::internal
