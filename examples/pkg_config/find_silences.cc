// Prints when callers stayed silent in 20 calls of a voice bot, and why each
// call ended.

#include <busyhour/busyhour.h>

#include <iostream>

int main() {
  const busyhour::Job job({.profile = busyhour::Profile("voice-bot"),
                           .calls = 20,
                           .where = "initial_silence"});
  for (const busyhour::Call& call : busyhour::Calls(job)) {
    std::cout << call.connection_id << ' ' << busyhour::NameOf(call.end);
    for (const busyhour::MediaEnd& media : call.media) {
      if (media.outcome == busyhour::Outcome::kInitialSilence) {
        std::cout << ' ' << (media.ended - call.attempted).count() << " ms";
      }
    }
    std::cout << '\n';
  }
}
