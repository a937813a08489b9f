"""The pages of this room: who has reported, reading, writing, moving."""
