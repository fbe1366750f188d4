#include "base/worker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace busyhour::internal {
namespace {

TEST(WorkerTest, ItsOwnerGetsWhatItsBodyThrows) {
  Worker worker([] { throw std::runtime_error("broken"); });
  try {
    worker.Join();
    FAIL() << "did not throw";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "broken");
  }
}

TEST(WorkerTest, IsWaitedForWhenItsOwnerThrows) {
  std::atomic<bool> let_go{false};
  bool has_ended = false;
  try {
    Worker worker([&] {
      let_go.wait(false);
      has_ended = true;
    });
    // Lets the worker end before its destructor waits for it.
    struct Ender {
      std::atomic<bool>& let_go;
      ~Ender() {
        let_go = true;
        let_go.notify_all();
      }
    } ender{let_go};
    throw std::runtime_error("owner");
  } catch (const std::runtime_error&) {
    EXPECT_TRUE(has_ended);
  }
}

}  // namespace
}  // namespace busyhour::internal
