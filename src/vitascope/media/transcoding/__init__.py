"""Making other streams of media files: copied, converted, in segments or in one piece."""
