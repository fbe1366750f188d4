#pragma once

#include <cstddef>
#include <iterator>
#include <optional>

#include "busyhour/version.h"

namespace busyhour {

/// An input iterator over what `Source::Next` returns until it returns nothing.
/// All iterators of a source share its place. For one thread.
///
///   std::size_t count = 0;
///   busyhour::Calls calls(busyhour::Job({.calls = 50}));
///   for (auto at = calls.begin(); at != calls.end(); ++at) ++count;
///   std::cout << count;  // 50
template <class Source, class Item>
class NextIterator {
 public:
  using value_type = Item;
  using difference_type = std::ptrdiff_t;
  using iterator_concept = std::input_iterator_tag;

  explicit NextIterator(Source& source)
      : source_(&source), next_(source.Next()) {}
  const Item& operator*() const noexcept { return *next_; }
  const Item* operator->() const noexcept { return &*next_; }
  NextIterator& operator++() {
    next_ = source_->Next();
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const NextIterator& iterator,
                         std::default_sentinel_t) {
    return !iterator.next_.has_value();
  }

 private:
  Source* source_;
  std::optional<Item> next_;
};

}  // namespace busyhour
