#include "engine/call_feed.h"

#include <utility>

namespace busyhour::internal {

void CallFeed::SimulateAhead() {
  while (simulating_.size() < window_ && !no_more_calls_) {
    if (idle_.empty()) {
      idle_.push_back(std::make_unique<SimulatePortion>(context_));
    }
    SimulatePortion& portion = *idle_.back();
    if (!source_.Next(portion.spans)) {
      no_more_calls_ = true;
      return;
    }
    portion.complete_slot = source_.next_slot();
    portion.end_number = source_.simulated();
    if (context_.images != nullptr) {
      portion.end_of_images = context_.images->BeginCalls(portion.end_number);
    }
    simulating_.push_back(std::move(idle_.back()));
    idle_.pop_back();
    pool_.Submit(portion);
  }
}

}  // namespace busyhour::internal
