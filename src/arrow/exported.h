#pragma once

#include <memory>
#include <vector>

namespace busyhour::internal {

/// What an exported `ArrowSchema` or `ArrowArray` points to. Its type of parts
/// derives from this.
template <class Thing>
struct ExportedParts {
  std::vector<std::unique_ptr<Thing>> children;
  std::vector<Thing*> child_pointers;
  std::unique_ptr<Thing> dictionary;
};

/// Sets the members of `out` that both structures have, and gives it its parts.
template <class Parts, class Thing>
void ExportParts(std::unique_ptr<Parts> parts, Thing* out) {
  for (const auto& child : parts->children) {
    parts->child_pointers.push_back(child.get());
  }
  out->n_children =
      static_cast<decltype(out->n_children)>(parts->children.size());
  out->children =
      parts->children.empty() ? nullptr : parts->child_pointers.data();
  out->dictionary = parts->dictionary.get();
  out->release = [](Thing* thing) {
    if (thing == nullptr || thing->release == nullptr) return;
    const std::unique_ptr<Parts> owned(
        static_cast<Parts*>(thing->private_data));
    // A consumer may have moved a part away.
    const auto release = [](Thing* part) {
      if (part != nullptr && part->release != nullptr) part->release(part);
    };
    for (const auto& child : owned->children) release(child.get());
    release(owned->dictionary.get());
    thing->release = nullptr;
  };
  out->private_data = parts.release();
}

}  // namespace busyhour::internal
