"""From pictures to a pose track: the MediaPipe pose landmarker and the dorsal outline."""
